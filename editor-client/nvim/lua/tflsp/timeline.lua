-- :Tflsp timeline: how an experiment went, as a page to read, or in the browser with its chart.

local say = require('tflsp.say')
local server = require('tflsp.server')

local M = {}

local function number_text(value)
  return type(value) == 'number' and ('%.4g'):format(value) or tostring(value)
end

---@param timeline table
---@return string? the values of the metric that counts, as a graph
local function metric_line(timeline)
  local metric = server.present(timeline.metric)
  if metric == nil then
    return nil
  end
  local values, known = {}, {}
  for _, step in ipairs(timeline.steps) do
    local value = server.present((server.present(step.metrics) or {})[metric])
    table.insert(values, value or false)
    if value then
      table.insert(known, value)
    end
  end
  if #known == 0 then
    return nil
  end
  local lowest, highest = math.min(unpack(known)), math.max(unpack(known))
  local graph = require('tflsp.windows').graph(values, lowest, highest)
  return ('%s  %s  %s → %s'):format(metric, graph, number_text(known[1]), number_text(known[#known]))
end

local function criterion_text(timeline)
  local criterion = server.present(timeline.criterion)
  if criterion == nil then
    return nil
  end
  local met = server.present(timeline.goalMet)
  local state = met == true and ': met' or met == false and ': not met' or ''
  return ('%s %s %s%s'):format(criterion.metric, criterion.comparison, number_text(criterion.value), state)
end

---@param timeline table
---@return string[] lines, table<integer, table> places of steps and errors by line
local function drawn(timeline)
  local lines, places = {}, {}
  local function put(text, place)
    if text and text ~= vim.NIL and text ~= '' then
      for line in vim.gsplit(text, '\n') do
        table.insert(lines, line)
        places[#lines] = place
      end
    end
  end
  local errors_of = {}
  for _, incident in ipairs(timeline.errors) do
    errors_of[incident.afterStep] = errors_of[incident.afterStep] or {}
    table.insert(errors_of[incident.afterStep], incident)
  end
  local function put_errors(number)
    for _, incident in ipairs(errors_of[number] or {}) do
      put('✗ ' .. incident.title, server.present(incident.range) and incident)
    end
  end
  put('# ' .. timeline.title)
  table.insert(lines, '')
  put(timeline.goal)
  put(criterion_text(timeline))
  put(metric_line(timeline))
  put_errors(0)
  for _, step in ipairs(timeline.steps) do
    table.insert(lines, '')
    put(vim.trim(('## #%d %s  %s'):format(step.number, step.title, server.present(step.when) or '')), step)
    for _, change in ipairs(step.changes or {}) do
      local old, new = server.present(change.old), server.present(change.new)
      put(('- %s: %s'):format(change.name, old and ('%s → %s'):format(old, new) or tostring(new)), step)
    end
    put(server.present(step.result), step)
    put(server.present(step.analysis), step)
    put_errors(step.number)
  end
  if server.present(timeline.conclusion) then
    table.insert(lines, '')
    put(timeline.conclusion)
  end
  return lines, places
end

--- Show the timeline of a document in a split: `<CR>` goes to the step, `q` closes it.
---@param client vim.lsp.Client
---@param uri string
function M.show(client, uri)
  server.request(client, 'tflsp/timeline', { uri = uri }, 0, function(timeline)
    local goal = server.present(timeline.goal) or ''
    if #timeline.steps == 0 and #timeline.errors == 0 and goal == '' then
      return say('WARN', 'no journal here')
    end
    local lines, places = drawn(timeline)
    local bufnr = require('tflsp.windows').page('timeline', table.concat(lines, '\n'), 'markdown')
    vim.keymap.set('n', '<CR>', function()
      local place = places[vim.api.nvim_win_get_cursor(0)[1]]
      if place then
        local location = { uri = server.present(place.uri) or uri, range = place.range }
        vim.cmd.close()
        vim.lsp.util.show_document(location, client.offset_encoding, { focus = true })
      end
    end, { buffer = bufnr, desc = 'Go to this step' })
  end)
end

--- Open the timeline's page in the browser: a file of its own, which needs nothing from anywhere.
---@param client vim.lsp.Client
---@param uri string
function M.browse(client, uri)
  server.request(client, 'tflsp/timeline', { uri = uri, html = true }, 0, function(timeline)
    local html = server.present((server.present(timeline) or {}).html)
    if html == nil then
      return say('WARN', 'no journal here')
    end
    local path = vim.fn.tempname() .. '.html'
    vim.fn.writefile(vim.split(html, '\n'), path)
    local _, failure = vim.ui.open(path)
    say(failure and 'WARN' or 'INFO', '%s', failure and ('%s: %s'):format(path, failure) or path)
  end)
end

return M
