"""The files that `tflsp init` starts a project with: templates of `string.Template`."""
