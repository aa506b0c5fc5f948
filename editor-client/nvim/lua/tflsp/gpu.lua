-- What the GPUs are doing where the server runs: subscribed to when somebody asks, and no longer than that.

local M = {}

local CHANGED = 'tflsp/gpuChanged'
local GIB = 1024 * 1024 * 1024
-- Seconds. A status line is drawn anew with every change, so that one which nobody shows any more stops asking.
local INTERVAL = 2
local UNSEEN = 60

---@class tflsp.gpu.State
---@field asked number when it was last looked at, in seconds
---@field subscribed boolean
---@field refused boolean the server knows nothing of GPUs
---@field watchers integer windows that show it
---@field record table? the last state: see docs/gpu.md

local states = {} ---@type table<integer, tflsp.gpu.State>

local function now()
  return vim.uv.hrtime() / 1e9
end

local function subscribe(client, state)
  state.subscribed = true
  client:request('tflsp/gpuSubscribe', { interval = INTERVAL }, function(failure)
    if failure then
      state.subscribed, state.refused = false, true
    end
  end)
end

local function unsubscribe(client, state)
  state.subscribed = false
  client:request('tflsp/gpuUnsubscribe', vim.empty_dict(), function() end)
end

vim.lsp.handlers[CHANGED] = function(_, record, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  local state = states[context.client_id]
  if client == nil or state == nil or not state.subscribed then
    return -- one that was under way when nobody wanted more
  end
  state.record = record
  if state.watchers == 0 and now() - state.asked > UNSEEN then
    unsubscribe(client, state)
    return
  end
  vim.schedule(function()
    vim.api.nvim_exec_autocmds('User', {
      pattern = 'TflspGpu',
      modeline = false,
      data = vim.tbl_extend('force', record, { client_id = context.client_id }),
    })
    vim.cmd.redrawstatus({ bang = true })
  end)
end

--- The server of a buffer, or any where the buffer has none.
local function client_of(bufnr)
  return vim.lsp.get_clients({ name = 'tflsp', bufnr = bufnr })[1] or vim.lsp.get_clients({ name = 'tflsp' })[1]
end

local function forget_others()
  for id in pairs(states) do
    if vim.lsp.get_client_by_id(id) == nil then
      states[id] = nil
    end
  end
end

---@param client vim.lsp.Client
---@return tflsp.gpu.State
local function state_of(client)
  if states[client.id] == nil then
    forget_others()
    states[client.id] = { asked = -UNSEEN, subscribed = false, refused = false, watchers = 0 }
  end
  return states[client.id]
end

local function usable(client)
  return client ~= nil and client.initialized and not client:is_stopped()
end

--- The last state of the GPUs where the server of a buffer runs, as `tflsp gpu --json` has it; nil where none has come
--- yet. Asking is what keeps it coming.
---@param bufnr integer?
---@return table?
function M.state(bufnr)
  local client = client_of(bufnr or 0)
  if not usable(client) then
    return nil
  end
  local state = state_of(client)
  state.asked = now()
  if not state.subscribed and not state.refused then
    subscribe(client, state)
  end
  return state.record
end

--- Keep the state of a server's GPUs coming until `unwatch`.
---@param client vim.lsp.Client
function M.watch(client)
  local state = state_of(client)
  state.watchers = state.watchers + 1
  if not state.subscribed then
    subscribe(client, state)
  end
end

--- No longer, unless a status line shows it as well.
---@param client vim.lsp.Client
function M.unwatch(client)
  local state = states[client.id]
  if state == nil then
    return
  end
  state.watchers = math.max(state.watchers - 1, 0)
  if state.watchers == 0 and state.subscribed and now() - state.asked > UNSEEN and usable(client) then
    unsubscribe(client, state)
  end
end

local function present(value)
  return value ~= nil and value ~= vim.NIL
end

local function of_gpu(gpu)
  if present(gpu.problem) then
    return ('GPU %d: %s'):format(gpu.index, gpu.problem.code)
  end
  local text = ('GPU %d:'):format(gpu.index)
  if present(gpu.memory) then
    text = ('%s %.1f/%.1f GiB'):format(text, gpu.memory.used / GIB, gpu.memory.total / GIB)
  end
  if present(gpu.utilization) then
    text = ('%s %d%%'):format(text, gpu.utilization.gpu)
  end
  return text
end

--- A state for a status line: `GPU 0: 3.0/16.0 GiB 87%`; empty where there is no GPU.
---@param record table?
---@return string
function M.text(record)
  if record == nil then
    return ''
  end
  if present(record.problem) then
    return record.problem.normal and '' or 'GPU: ' .. record.problem.code
  end
  return table.concat(vim.tbl_map(of_gpu, record.gpus), '  ')
end

return M
