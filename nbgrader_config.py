"""The course as nbgrader sees it; read by every `nbgrader` command started in this folder."""

c = get_config()  # noqa: F821  (nbgrader puts it here)

c.CourseDirectory.source_directory = "build/solutions"
c.CourseDirectory.release_directory = "lessons"
c.CourseDirectory.submitted_directory = "classroom/submitted"
c.CourseDirectory.autograded_directory = "classroom/autograded"
c.CourseDirectory.feedback_directory = "classroom/feedback"
c.CourseDirectory.course_id = "default_course"  # nbgrader's default, "", is no course's name: PostgreSQL refuses it
c.CourseDirectory.db_url = "sqlite:///classroom/gradebook.db"

# nbgrader's own steps, with its ClearSolutions replaced by one that also knows lines marked `# answer`.
c.GenerateAssignment.preprocessors = [
    "nbgrader.preprocessors.IncludeHeaderFooter",
    "nbgrader.preprocessors.InstantiateTests",
    "nbgrader.preprocessors.LockCells",
    "autograder.clearing.ClearAnswers",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.ClearSolutions.code_stub = {"python": "...  # your code here"}
c.ClearSolutions.text_stub = "*Your answer here: double-click this cell, write, then run it.*"

c.Autograde.exporter_class = "autograder.reader.SubmissionExporter"
c.Autograde.sanitize_preprocessors = [
    "autograder.restore.RestoreCells",
    "nbgrader.preprocessors.OverwriteKernelspec",
    "nbgrader.preprocessors.OverwriteCells",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.Autograde.autograde_preprocessors = [
    "autograder.recording.FromRecord",
    "nbgrader.preprocessors.LimitOutput",
    "autograder.saving.SaveOutcomes",
    "nbgrader.preprocessors.AssignLatePenalties",
    "autograder.showing.CleanOutputs",
    "nbgrader.preprocessors.CheckCellMetadata",
]
c.OverwriteCells.add_missing_cells = True
c.FromRecord.pool = "classroom/records/pool"
c.AskExercises.course_key_file = "classroom/course.key"
c.AskExercises.timeout = 30

c.HTMLExporter.filters = {"markdown2html": "autograder.showing.safe_markdown"}  # in feedback and in formgrader
c.ExportPlugin.to = "classroom/grades.csv"
c.ExportApp.plugin_class = "autograder.export.GradesCsv"
