-- :Tflsp check: what is found in files and folders, in the quickfix list.

local program = require('tflsp.program')
local say = require('tflsp.say')

local TYPES = { error = 'E', warning = 'W', information = 'I', hint = 'N' }

--- Byte columns from columns of code points, both from 1. Files are read once, as they are on disk, since that is what
--- was checked.
local function byte_columns()
  local files = {}
  return function(path, row, column)
    if files[path] == nil then
      local read, lines = pcall(vim.fn.readfile, path)
      files[path] = read and lines or {}
    end
    local line = files[path][row]
    return line and vim.str_byteindex(line, 'utf-32', column - 1, false) + 1 or column
  end
end

local function item_of(finding, root, byte_column)
  local path = vim.fs.normalize(vim.fs.joinpath(root, finding.filename))
  if vim.startswith(finding.filename, '/') then
    path = finding.filename
  end
  local start, stop = finding.location, finding.end_location
  local item = { filename = path, type = TYPES[finding.severity] or 'W' }
  if finding.cell then
    -- A row in a cell is no line of the file.
    item.text = ('cell %d, line %d: %s %s'):format(finding.cell, start.row, finding.code, finding.message)
    return item
  end
  item.text = finding.code .. ' ' .. finding.message
  item.lnum, item.col = start.row, byte_column(path, start.row, start.column)
  item.end_lnum, item.end_col = stop.row, byte_column(path, stop.row, stop.column)
  return item
end

--- Check files and folders, by default the whole project.
---@param paths string[]
return function(paths)
  local root = require('tflsp').root(0)
  local arguments = { 'check', '--output-format', 'json' }
  for _, path in ipairs(paths) do
    table.insert(arguments, vim.fn.fnamemodify(vim.fn.expand(path), ':p'))
  end
  program.ask(arguments, { cwd = root, fine = { 0, 1 } }, function(output)
    local byte_column = byte_columns()
    local items = vim.tbl_map(function(finding)
      return item_of(finding, root, byte_column)
    end, program.decoded(output) or {})
    vim.fn.setqflist({}, ' ', { title = 'tflsp check', items = items })
    if #items > 0 then
      vim.cmd('botright copen')
    end
    say('INFO', #items == 1 and '1 finding' or '%d findings', #items)
    vim.api.nvim_exec_autocmds('QuickFixCmdPost', { pattern = 'tflsp', modeline = false })
  end)
end
