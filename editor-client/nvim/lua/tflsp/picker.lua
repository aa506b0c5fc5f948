-- :Tflsp journal: the steps and incidents of all experiments, to choose from and go to.

local say = require('tflsp.say')
local server = require('tflsp.server')

local M = {}

---@class tflsp.picker.Item
---@field kind 'step'|'incident'
---@field experiment string
---@field title string
---@field uri string
---@field range lsp.Range

local function experiment_name(experiment)
  return vim.fs.basename(vim.uri_to_fname(experiment.uri))
end

local function step_title(step)
  local title, result = ('#%d %s'):format(step.number, step.title or ''), server.present(step.result)
  return vim.trim(result and ('%s (%s)'):format(vim.trim(title), vim.trim(result)) or title)
end

local function error_title(incident)
  local seen = server.present(incident.seenBefore)
  return ('✗ %s%s'):format(incident.title, seen and (' (seen before: %s)'):format(seen.title) or '')
end

---@param experiments table[]
---@param kind 'steps'|'incidents'|nil
---@return tflsp.picker.Item[]
local function items_of(experiments, kind)
  local items = {}
  local function add(experiment, found, name, title)
    table.insert(items, {
      kind = name,
      experiment = experiment_name(experiment),
      title = (title:gsub('%s+', ' ')),
      uri = server.present(found.uri) or experiment.uri,
      range = found.range,
    })
  end
  for _, experiment in ipairs(experiments) do
    for _, step in ipairs(kind ~= 'incidents' and experiment.steps or {}) do
      add(experiment, step, 'step', step_title(step))
    end
    for _, incident in ipairs(kind ~= 'steps' and experiment.errors or {}) do
      add(experiment, incident, 'incident', error_title(incident))
    end
  end
  return items
end

--- Choose a step or an incident, and go there.
---@param kind 'steps'|'incidents'|nil both
function M.pick(kind)
  local client = server.any(0)
  if client == nil then
    return server.none()
  end
  server.request(client, 'tflsp/journal', vim.empty_dict(), 0, function(answer)
    local items = items_of(answer.experiments, kind)
    if #items == 0 then
      return say('INFO', 'no %s in the journals of this project', kind or 'steps or incidents')
    end
    local width = 0
    for _, item in ipairs(items) do
      width = math.max(width, vim.fn.strdisplaywidth(item.experiment))
    end
    vim.ui.select(items, {
      prompt = 'Journal',
      kind = 'tflsp.journal',
      format_item = function(item)
        local gap = (' '):rep(width - vim.fn.strdisplaywidth(item.experiment) + 2)
        return item.experiment .. gap .. item.title
      end,
    }, function(item)
      if item then
        vim.lsp.util.show_document(item, client.offset_encoding, { focus = true })
      end
    end)
  end)
end

return M
