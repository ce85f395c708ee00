"""The instructor's side: build the lessons, grade submissions through nbgrader, verify both."""
