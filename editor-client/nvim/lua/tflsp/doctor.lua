-- :Tflsp doctor: what is wrong around the container, in the quickfix list.

local program = require('tflsp.program')
local say = require('tflsp.say')

local TITLE = 'tflsp doctor'

---@class tflsp.doctor.Complaint
---@field slug string
---@field state 'ok'|'problem'|'not applicable'|'could not look'
---@field where string
---@field title string
---@field seen string
---@field evidence string[]
---@field advice string?

--- One entry, and below it what was seen and what to do: lines that lead nowhere.
---@param complaint tflsp.doctor.Complaint
local function items_of(complaint)
  local type = complaint.state == 'problem' and 'W' or 'I'
  local title = ('%s (%s): %s'):format(complaint.slug, complaint.where, complaint.title)
  local items = { { text = title, type = type, valid = false } }
  local function below(text)
    for line in vim.gsplit(text, '\n', { trimempty = true }) do
      table.insert(items, { text = '    ' .. line, valid = false })
    end
  end
  below(complaint.seen)
  for _, line in ipairs(complaint.evidence or {}) do
    below(line)
  end
  if complaint.advice then
    below('→ ' .. complaint.advice)
  end
  return items
end

---@param report { complaints: tflsp.doctor.Complaint[] }
local function show(report)
  local items, counts = {}, { problem = 0, ['could not look'] = 0 }
  for _, state in ipairs({ 'problem', 'could not look' }) do
    for _, complaint in ipairs(report.complaints) do
      if complaint.state == state then
        counts[state] = counts[state] + 1
        vim.list_extend(items, items_of(complaint))
      end
    end
  end
  vim.fn.setqflist({}, ' ', { title = TITLE, items = items })
  if #items > 0 then
    vim.cmd('botright copen')
  end
  local looked = #report.complaints - counts['could not look']
  say('INFO', '%d complaints looked for, %d found', looked, counts.problem)
  vim.api.nvim_exec_autocmds('QuickFixCmdPost', { pattern = 'tflsp', modeline = false })
end

--- Ask the program of this machine, which looks into the container of the project as well; where there is none, the
--- server, which looks where it runs.
return function()
  local root = require('tflsp').root(0)
  program.ask({ 'doctor', '--json' }, { cwd = root, fine = { 0, 1 }, quiet = true }, function(output)
    local report = program.decoded(output)
    if report then
      return show(report)
    end
    local server = require('tflsp.server')
    local client = server.any(0)
    if client == nil then
      return say('ERROR', 'neither tflsp nor a server could be asked; see :checkhealth tflsp')
    end
    server.request(client, 'tflsp/doctor', vim.empty_dict(), 0, function(answer)
      show(vim.json.decode(vim.json.encode(answer), { luanil = { object = true } }))
    end)
  end)
end
