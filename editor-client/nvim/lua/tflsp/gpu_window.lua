-- :Tflsp gpu: what the GPUs are doing and did in the last minutes, in a corner of the screen. Asked for as long as the
-- window is there.

local gpu = require('tflsp.gpu')
local server = require('tflsp.server')
local windows = require('tflsp.windows')

local M = {}

local TITLE = 'GPU'
local GIB = 1024 * 1024 * 1024
-- Columns of a graph; each has a point.
local WIDTH = 30

---@class tflsp.gpu_window.Point
---@field memory number|false
---@field utilization number|false

---@class tflsp.gpu_window.Shown
---@field window integer
---@field client vim.lsp.Client
---@field group integer
---@field record table?
---@field history table<integer, tflsp.gpu_window.Point[]> by index

local shown ---@type tflsp.gpu_window.Shown?

---@param points tflsp.gpu_window.Point[]
local function add(points, memory, utilization)
  table.insert(points, { memory = server.present(memory) or false, utilization = server.present(utilization) or false })
  if #points > WIDTH then
    table.remove(points, 1)
  end
end

local function graph(points, field, highest)
  local values = vim.tbl_map(function(point)
    return point[field]
  end, points)
  return (' '):rep(WIDTH - #values) .. windows.graph(values, 0, highest)
end

local function measured(value, unit)
  return server.present(value) and ('  %g %s'):format(value, unit) or ''
end

---@param one table
---@param points tflsp.gpu_window.Point[]
---@return string[]
local function lines_of(one, points)
  local memory, utilization = server.present(one.memory), server.present(one.utilization)
  local lines = {
    ('%d  %s%s%s'):format(
      one.index,
      server.present(one.name) or '',
      measured(one.temperature, '°C'),
      measured(one.power, 'W')
    ),
  }
  local problem = server.present(one.problem)
  if problem then
    table.insert(lines, '   ✗ ' .. (server.present(problem.message) or problem.code))
    if server.present(problem.remedy) then
      table.insert(lines, '   → ' .. problem.remedy)
    end
    return lines
  end
  if memory then
    local text = ('%.1f/%.1f GiB'):format(memory.used / GIB, memory.total / GIB)
    table.insert(lines, ('   Memory  %-14s %s'):format(text, graph(points, 'memory', memory.total)))
  end
  if utilization then
    table.insert(lines, ('   Busy    %-14s %s'):format(utilization.gpu .. '%', graph(points, 'utilization', 100)))
  end
  for _, process in ipairs(server.present(one.processes) or {}) do
    local used = server.present(process.memory)
    local text = used and ('%.1f GiB'):format(used / GIB) or ''
    local name = server.present(process.name) or server.present(process.container) or ''
    table.insert(lines, ('   %-7d %-14s %s'):format(process.pid, text, name))
  end
  return lines
end

---@param record table?
---@return string[]
local function drawn(record, history)
  if record == nil then
    return { 'asking …' }
  end
  local problem = server.present(record.problem)
  if problem then
    return { server.present(problem.message) or problem.code, server.present(problem.remedy) }
  end
  local lines = {}
  for _, one in ipairs(record.gpus) do
    vim.list_extend(lines, lines_of(one, history[one.index] or {}))
  end
  return #lines > 0 and lines or { 'no GPU' }
end

local function draw()
  if shown and vim.api.nvim_win_is_valid(shown.window) then
    local lines = {}
    for _, line in ipairs(drawn(shown.record, shown.history)) do
      table.insert(lines, ' ' .. line:gsub('%s*\n%s*', ' ') .. ' ')
    end
    windows.refill(shown.window, TITLE, lines)
  end
end

local function changed(record)
  shown.record = record
  for _, one in ipairs(record.gpus) do
    shown.history[one.index] = shown.history[one.index] or {}
    local memory, utilization = server.present(one.memory), server.present(one.utilization)
    add(shown.history[one.index], memory and memory.used, utilization and utilization.gpu)
  end
  draw()
end

--- Take the window away, and ask no more.
function M.close()
  local last = shown
  shown = nil
  if last == nil then
    return
  end
  vim.api.nvim_del_augroup_by_id(last.group)
  gpu.unwatch(last.client)
  if vim.api.nvim_win_is_valid(last.window) then
    vim.api.nvim_win_close(last.window, true)
  end
end

local function open(client)
  local window = windows.float(TITLE, { width = 20, height = 1, corner = true })
  local group = vim.api.nvim_create_augroup('tflsp.gpu_window', {})
  shown = { window = window, client = client, group = group, history = {} }
  draw()
  vim.api.nvim_create_autocmd('User', {
    group = group,
    pattern = 'TflspGpu',
    callback = function(event)
      if event.data.client_id == client.id then
        changed(event.data)
      end
    end,
  })
  vim.api.nvim_create_autocmd('WinClosed', { group = group, pattern = tostring(window), callback = M.close })
  vim.api.nvim_create_autocmd('VimResized', { group = group, callback = draw })
  vim.api.nvim_create_autocmd('LspDetach', {
    group = group,
    callback = function(event)
      if event.data.client_id == client.id and client:is_stopped() then
        vim.schedule(M.close)
      end
    end,
  })
  server.request(client, 'tflsp/gpu', { history = true }, 0, function(record)
    if shown and shown.window == window then
      for _, one in ipairs(record.gpus) do
        shown.history[one.index] = {}
        for _, point in ipairs(server.present(one.history) or {}) do
          add(shown.history[one.index], point.memory, point.utilization)
        end
      end
      shown.record = record
      draw()
      gpu.watch(client)
    end
  end)
end

--- Show the window, or take it away.
function M.toggle()
  if shown then
    return M.close()
  end
  local client = server.any(0)
  if client == nil then
    return server.none()
  end
  open(client)
end

return M
