-- :Tflsp connect and :Tflsp up: the container of a project, and the way to it.

local connection = require('tflsp.connection')
local program = require('tflsp.program')
local say = require('tflsp.say')

local M = {}

local LIST = { 'status', '--json' }
-- 1 where something is not as it should be, and the list is there all the same.
local FINE = { 0, 1 }

---@class tflsp.containers.Container one of `tflsp status --json`
---@field name string
---@field folder string
---@field health string

--- The names of the containers that are known.
---@return string[]
function M.names()
  return vim.tbl_map(function(container)
    return container.name
  end, program.decoded(program.wait(LIST, FINE)) or {})
end

---@param receive fun(containers: tflsp.containers.Container[]?)
local function list(receive)
  program.ask(LIST, { fine = FINE, quiet = true }, function(output)
    receive(program.decoded(output))
  end)
end

local function choose(containers)
  if #containers == 0 then
    return say('WARN', 'there are no containers; `:Tflsp up` starts the one of this project')
  end
  vim.ui.select(containers, {
    prompt = 'Connect to',
    kind = 'tflsp.container',
    format_item = function(container)
      return ('%s  %s  %s'):format(container.name, container.health, vim.fn.fnamemodify(container.folder, ':~'))
    end,
  }, function(container)
    if container then
      connection.connect(container.name)
    end
  end)
end

--- Join the editor to the server in a container; without a name it is chosen.
---@param name string?
function M.connect(name)
  list(function(containers)
    if name == nil then
      return choose(containers or {})
    end
    local known = vim.tbl_map(function(container)
      return container.name
    end, containers or { { name = name } })
    if not vim.list_contains(known, name) then
      local others = #known > 0 and 'there are ' .. table.concat(known, ', ') or 'there are none'
      return say('ERROR', 'there is no container %s; %s', name, others)
    end
    connection.connect(name)
  end)
end

--- The container of a folder, or of the nearest above it.
local function of_folder(containers, folder)
  local found
  for _, container in ipairs(containers or {}) do
    local at = vim.fs.normalize(vim.uv.fs_realpath(container.folder) or container.folder)
    local inside = folder == at or vim.startswith(folder, at .. '/')
    if inside and (found == nil or #container.folder > #found.folder) then
      found = container
    end
  end
  return found
end

--- Start the container of the project in a terminal that floats, then join the editor to it.
---@param arguments string[] for `tflsp up`
function M.up(arguments)
  local root = require('tflsp').root(0)
  local command = vim.list_extend(require('tflsp').program(), { 'up', unpack(arguments) })
  if vim.fn.executable(command[1]) == 0 then
    return say('ERROR', '`%s` is not executable; see :checkhealth tflsp', command[1])
  end
  require('tflsp.windows').terminal('tflsp up', command, root, function(code)
    -- With 1 it runs, with other settings than those in force: `up` has said so.
    if code > 1 then
      return say('ERROR', 'up ended with %d; the window says why', code)
    elseif vim.list_contains(arguments, '--dry-run') then
      return
    end
    list(function(containers)
      local mine = of_folder(containers, vim.fs.normalize(vim.uv.fs_realpath(root) or root))
      if mine == nil or not vim.list_contains({ 'healthy', 'local', 'starting' }, mine.health) then
        return say('WARN', '`tflsp up` ended with %d, and the container does not run', code)
      end
      connection.connect(mine.name)
      say('INFO', 'connected to %s', mine.name)
    end)
  end)
end

return M
