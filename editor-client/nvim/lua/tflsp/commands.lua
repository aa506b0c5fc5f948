-- :Tflsp and its parts.

local tflsp = require('tflsp')

local M = {}

local TYPES = { error = 'E', warning = 'W', information = 'I', hint = 'N' }
local FIX_ALL = 'source.fixAll.tflsp'

local function say(level, text, ...)
  vim.notify('tflsp: ' .. text:format(...), vim.log.levels[level])
end

--- Run tflsp, and hand over its output where its exit code is one of `fine`.
local function ask(arguments, options, fine, receive)
  local command = vim.list_extend(tflsp.program(), arguments)
  local started, failure = pcall(
    vim.system,
    command,
    vim.tbl_extend('force', { text = true }, options),
    vim.schedule_wrap(function(result)
      if vim.list_contains(fine, result.code) then
        receive(result.stdout)
      else
        say('ERROR', '%s: %s', table.concat(command, ' '), vim.trim(result.stderr or ''))
      end
    end)
  )
  if not started then
    say('ERROR', '%s; see :checkhealth tflsp', failure)
  end
end

-- check

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

--- Check files and folders, by default the whole project, and put what is found into the quickfix list.
---@param paths string[]
function M.check(paths)
  local root = tflsp.root(0)
  local arguments = { 'check', '--output-format', 'json' }
  for _, path in ipairs(paths) do
    table.insert(arguments, vim.fn.fnamemodify(vim.fn.expand(path), ':p'))
  end
  ask(arguments, { cwd = root }, { 0, 1 }, function(output)
    local byte_column = byte_columns()
    local items = vim.tbl_map(function(finding)
      return item_of(finding, root, byte_column)
    end, vim.json.decode(output, { luanil = { object = true } }))
    vim.fn.setqflist({}, ' ', { title = 'tflsp check', items = items })
    if #items > 0 then
      vim.cmd('botright copen')
    end
    say('INFO', #items == 1 and '1 finding' or '%d findings', #items)
    vim.api.nvim_exec_autocmds('QuickFixCmdPost', { pattern = 'tflsp', modeline = false })
  end)
end

-- rule

local function code_at_cursor()
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  for _, diagnostic in ipairs(vim.diagnostic.get(0, { lnum = line })) do
    if diagnostic.source == 'tflsp' then
      return diagnostic.code
    end
  end
end

local function show_page(code, text)
  local buffer = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(buffer, 0, -1, false, vim.split(vim.trim(text), '\n'))
  vim.api.nvim_buf_set_name(buffer, ('tflsp://rule/%s/%d'):format(code, buffer))
  vim.bo[buffer].bufhidden = 'wipe'
  vim.bo[buffer].modifiable = false
  vim.cmd.sbuffer(buffer)
  vim.bo[buffer].filetype = 'markdown'
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = buffer, desc = 'Close' })
end

--- Show a rule's page; without a code that of the finding on the cursor's line.
---@param code string?
function M.rule(code)
  code = code or code_at_cursor()
  if code == nil then
    return say('WARN', 'no finding on this line; say which rule: :Tflsp rule TFL101')
  end
  ask({ 'rule', code }, {}, { 0 }, function(page)
    show_page(code, page)
  end)
end

local rules ---@type string[]?

local function rule_codes()
  if rules == nil then
    local command = vim.list_extend(tflsp.program(), { 'rule', '--all', '--output-format', 'json' })
    local asked, result = pcall(function()
      return vim.system(command, { text = true }):wait(10000)
    end)
    if not asked or result.code ~= 0 then
      return {}
    end
    rules = vim.tbl_map(function(rule)
      return rule.code
    end, vim.json.decode(result.stdout))
  end
  return rules
end

-- fix, restart, log

--- Apply every safe fix to the current buffer, as one change.
function M.fix()
  vim.lsp.buf.code_action({ context = { only = { FIX_ALL }, diagnostics = {} }, apply = true })
end

--- Stop the servers and start new ones for the same buffers.
function M.restart()
  if not vim.lsp.is_enabled('tflsp') then
    return say('WARN', "not enabled; see :help tflsp-start")
  end
  vim.lsp.enable('tflsp', false)
  vim.lsp.enable('tflsp', true)
end

--- Open the log that Neovim keeps of all servers, at its end.
function M.log()
  vim.cmd.split(vim.fn.fnameescape(vim.lsp.log.get_filename()))
  vim.bo.modifiable = false
  vim.cmd.normal({ 'G', bang = true })
end

-- the command

local PARTS = {
  check = {
    run = function(arguments)
      M.check(arguments)
    end,
    complete = function(lead)
      return vim.fn.getcompletion(lead, 'file')
    end,
  },
  fix = { run = M.fix },
  log = { run = M.log },
  restart = { run = M.restart },
  rule = {
    run = function(arguments)
      M.rule(arguments[1])
    end,
    complete = rule_codes,
  },
}

local function starting_with(lead, words)
  return vim.tbl_filter(function(word)
    return vim.startswith(word:lower(), lead:lower())
  end, words)
end

---@param command vim.api.keyset.create_user_command.command_args
function M.run(command)
  local arguments = vim.list_slice(command.fargs)
  local name = table.remove(arguments, 1)
  local part = PARTS[name]
  if part then
    part.run(arguments)
  else
    say('ERROR', ':Tflsp %s', table.concat(vim.fn.sort(vim.tbl_keys(PARTS)), ' | '))
  end
end

---@param lead string what is being completed
---@param line string the command line up to the cursor
---@return string[]
function M.complete(lead, line)
  local name = line:match('^.-Tflsp!?%s+(%S+)%s')
  if name == nil then
    return starting_with(lead, vim.fn.sort(vim.tbl_keys(PARTS)))
  end
  local part = PARTS[name]
  return part and part.complete and starting_with(lead, part.complete(lead)) or {}
end

return M
