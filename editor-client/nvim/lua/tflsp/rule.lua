-- :Tflsp rule: a rule's page.

local program = require('tflsp.program')
local say = require('tflsp.say')

local M = {}

local function code_at_cursor()
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  for _, diagnostic in ipairs(vim.diagnostic.get(0, { lnum = line })) do
    if diagnostic.source == 'tflsp' then
      return diagnostic.code
    end
  end
end

--- Show a rule's page; without a code that of the finding on the cursor's line.
---@param code string?
function M.show(code)
  code = code or code_at_cursor()
  if code == nil then
    return say('WARN', 'no finding on this line; say which rule: :Tflsp rule TFL101')
  end
  program.ask({ 'rule', code }, {}, function(page)
    require('tflsp.windows').page('rule/' .. code, page or '', 'markdown')
  end)
end

local rules ---@type string[]?

--- The codes of all rules.
---@return string[]
function M.codes()
  if rules == nil then
    local all = program.decoded(program.wait({ 'rule', '--all', '--output-format', 'json' }))
    rules = all and vim.tbl_map(function(rule)
      return rule.code
    end, all)
  end
  return rules or {}
end

return M
