"""One file per complaint. Adding one: a file here, and its cases in tests/unit/doctor/cases/."""
