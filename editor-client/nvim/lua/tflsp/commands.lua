-- :Tflsp and its parts, each loaded when it is used.

local say = require('tflsp.say')

local M = {}

local FIX_ALL = 'source.fixAll.tflsp'

--- Apply every safe fix to the current buffer, as one change.
function M.fix()
  local server = require('tflsp.server')
  if server.of(0) == nil then
    return server.none()
  elseif not require('tflsp.buffers').changeable(0) then
    return
  end
  vim.lsp.buf.code_action({ context = { only = { FIX_ALL }, diagnostics = {} }, apply = true })
end

--- Open the log that Neovim keeps of all servers, at its end.
function M.log()
  vim.cmd.split(vim.fn.fnameescape(vim.lsp.log.get_filename()))
  vim.bo.modifiable = false
  vim.cmd.normal({ 'G', bang = true })
end

---@param page string? `html`
function M.timeline(page)
  local server = require('tflsp.server')
  local client = server.of(0)
  if client == nil then
    return server.none()
  end
  local timeline = require('tflsp.timeline')
  local show = page == 'html' and timeline.browse or timeline.show
  show(client, vim.uri_from_bufnr(0))
end

---@class tflsp.commands.Part
---@field run fun(arguments: string[])
---@field words string[]? what can follow
---@field complete (fun(lead: string): string[])? what can follow, where it has to be asked for

local function entry(kind)
  return {
    run = function()
      require('tflsp.journal').insert(kind)
    end,
  }
end

---@type table<string, tflsp.commands.Part>
local PARTS = {
  check = {
    run = function(arguments)
      require('tflsp.check')(arguments)
    end,
    complete = function(lead)
      return vim.fn.getcompletion(lead, 'file')
    end,
  },
  compare = {
    run = function(arguments)
      require('tflsp.journal').compare(tonumber(arguments[1]), tonumber(arguments[2]))
    end,
  },
  conclusion = entry('conclusion'),
  connect = {
    run = function(arguments)
      require('tflsp.containers').connect(arguments[1])
    end,
    complete = function()
      return require('tflsp.containers').names()
    end,
  },
  disconnect = {
    run = function()
      require('tflsp.connection').disconnect()
    end,
  },
  doctor = {
    run = function()
      require('tflsp.doctor')()
    end,
  },
  error = entry('error'),
  fix = { run = M.fix },
  goal = entry('goal'),
  gpu = {
    run = function()
      require('tflsp.gpu_window').toggle()
    end,
  },
  journal = {
    run = function(arguments)
      require('tflsp.picker').pick(arguments[1])
    end,
    words = { 'incidents', 'steps' },
  },
  log = { run = M.log },
  promote = {
    run = function(arguments)
      require('tflsp.journal').promote(arguments[1])
    end,
    words = { 'best-practices', 'summary', 'troubleshooting' },
  },
  renumber = {
    run = function()
      require('tflsp.journal').renumber()
    end,
  },
  restart = {
    run = function()
      require('tflsp.connection').restart()
    end,
  },
  rule = {
    run = function(arguments)
      require('tflsp.rule').show(arguments[1])
    end,
    complete = function()
      return require('tflsp.rule').codes()
    end,
  },
  step = entry('step'),
  summary = {
    run = function()
      require('tflsp.journal').summary()
    end,
  },
  timeline = {
    run = function(arguments)
      M.timeline(arguments[1])
    end,
    words = { 'html' },
  },
  up = {
    run = function(arguments)
      require('tflsp.containers').up(arguments)
    end,
    words = { '--agent', '--cpu', '--dry-run', '--identity', '--local', '--pull', '--recreate', '--yes' },
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
  if part == nil then
    say('ERROR', ':Tflsp %s', table.concat(vim.fn.sort(vim.tbl_keys(PARTS)), ' | '))
  elseif part.words and arguments[1] and name ~= 'up' and not vim.list_contains(part.words, arguments[1]) then
    say('ERROR', ':Tflsp %s %s', name, table.concat(part.words, ' | '))
  else
    part.run(arguments)
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
  if part == nil then
    return {}
  end
  return starting_with(lead, part.words or part.complete and part.complete(lead) or {})
end

return M
