-- Runs tflsp's command line, for what a server is not asked.

local say = require('tflsp.say')

local M = {}

---@class tflsp.program.Options
---@field cwd string? where it runs
---@field fine integer[]? exit codes that are no failure, by default 0
---@field quiet boolean? a failure is handed over as nil, and not told

--- Run tflsp, and hand over its output.
---@param arguments string[]
---@param options tflsp.program.Options
---@param receive fun(output: string?)
function M.ask(arguments, options, receive)
  local command = vim.list_extend(require('tflsp').program(), arguments)
  local function failed(text)
    if options.quiet then
      receive(nil)
    else
      say('ERROR', '%s', text)
    end
  end
  local started, failure = pcall(
    vim.system,
    command,
    { text = true, cwd = options.cwd },
    vim.schedule_wrap(function(result)
      if vim.list_contains(options.fine or { 0 }, result.code) then
        receive(result.stdout)
      else
        failed(('%s: %s'):format(table.concat(command, ' '), vim.trim(result.stderr or '')))
      end
    end)
  )
  if not started then
    failed(('%s; see :checkhealth tflsp'):format(failure))
  end
end

--- The same, waited for: for completion, which has nothing to show until then.
---@param arguments string[]
---@param fine integer[]?
---@return string? output nil where it failed
function M.wait(arguments, fine)
  local command = vim.list_extend(require('tflsp').program(), arguments)
  local asked, result = pcall(function()
    return vim.system(command, { text = true }):wait(10000)
  end)
  if asked and vim.list_contains(fine or { 0 }, result.code) then
    return result.stdout
  end
end

---@param output string?
---@return any? nil where it is no JSON
function M.decoded(output)
  local read, value = pcall(vim.json.decode, output, { luanil = { object = true } })
  return read and value or nil
end

return M
