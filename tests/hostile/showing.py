"""What a submission can bring that somebody will look at: as cells' outputs, as written answers, as names."""

OUTPUTS = {
    "script": "HTML('<script>pwned()</script>')",
    "handler": "HTML('<img src=x onerror=pwned()>')",
    "link": "HTML('<a href=\"javascript:pwned()\">x</a>')",
    "vector-picture": "SVG('<svg onload=pwned()><script>pwned()</script></svg>')",
    "javascript": "Javascript('pwned()')",
    "frame": "HTML('<iframe srcdoc=\"<script>pwned()</script>\"></iframe>')",
    "form": "HTML('<form action=\"javascript:pwned()\"><button>x</button></form>')",
    "style": "HTML('<style>body {background: url(javascript:pwned())}</style>')",
    "mime": "display({'application/javascript': 'pwned()', 'text/latex': '<script>pwned()</script>'}, raw=True)",
    "terminal-codes": "print('\\x1b]0;pwned\\x07\\x1b[31mred')",
    "traceback": "raise ValueError('<script>pwned()</script>')",
    "exception-name": "raise type('<script>pwned()</script>', (Exception,), {})('x')",
}
WRITTEN = {
    "script": "<script>pwned()</script>",
    "open-script": "<script>pwned()",
    "handler": '<img src="x" onerror="pwned()">',
    "link": "[x](javascript:pwned())",
    "picture": "![x](javascript:pwned())",
    "data": "[x](data:text/html,<script>pwned()</script>)",
    "mathematics": "$$\\href{javascript:pwned()}{x} \\unicode{<script>pwned()</script>}$$",
}
CRASH = "raise ValueError('=cmd|calc!A0 <script>pwned()</script>')"
NAMES = ("=1+1", "<img src=x onerror=pwned()>", "@SUM(1)")
