-- Which server the editor talks to, how that goes, and what happens when it is lost: a new one is started for the same
-- buffers, each time a little later, until it is clear that waiting does not help. What is typed meanwhile stays in the
-- buffers, and the new server is shown them as they are.

local say = require('tflsp.say')

local M = {}

--- Milliseconds before each try to start a server again. Behind the last one we give up.
---@type integer[]
M.delays = { 200, 1000, 2000, 4000, 8000, 15000, 30000, 30000 }

--- Seconds after which a server counts as sound: when it is lost then, counting begins anew.
M.steady = 60

---@class tflsp.connection.Place what is known of the server of one project
---@field phase 'starting'|'running'|'waiting'|'lost'
---@field tries integer how often one has been started since there was a sound one
---@field began number? when the present one had greeted, in seconds
---@field timer uv.uv_timer_t?

local places = {} ---@type table<string, tflsp.connection.Place>
local own ---@type table? the command before `:Tflsp connect`

local function now()
  return vim.uv.hrtime() / 1e9
end

---@param root string?
---@return tflsp.connection.Place
local function place_of(root)
  local key = root or ''
  places[key] = places[key] or { phase = 'starting', tries = 0 }
  return places[key]
end

local function enter(place, phase)
  if place.phase ~= phase then
    place.phase = phase
    vim.schedule(function()
      vim.api.nvim_exec_autocmds('User', { pattern = 'TflspConnection', modeline = false, data = { phase = phase } })
      vim.cmd.redrawstatus({ bang = true })
    end)
  end
end

local function cancel(place)
  if place.timer and not place.timer:is_closing() then
    place.timer:close()
  end
  place.timer = nil
end

--- A server has greeted.
---@param client vim.lsp.Client
function M.attached(client)
  local place = place_of(client.root_dir)
  if place.phase ~= 'running' then
    cancel(place)
    place.began = now()
    if place.phase == 'waiting' or place.phase == 'lost' then
      say('INFO', 'connected again')
    end
    enter(place, 'running')
  end
end

---@param config vim.lsp.ClientConfig
---@param buffers integer[]
local function start(place, config, buffers)
  place.timer = nil
  if not vim.lsp.is_enabled('tflsp') then
    return enter(place, 'lost')
  end
  local started = false
  for _, bufnr in ipairs(buffers) do
    if not vim.api.nvim_buf_is_loaded(bufnr) or #vim.lsp.get_clients({ name = 'tflsp', bufnr = bufnr }) > 0 then
      started = true -- somebody else has, or nobody needs it
    elseif vim.lsp.start(config, { bufnr = bufnr, reuse_client = config.reuse_client }) then
      started = true
    end
  end
  if not started then -- the program is gone: Neovim has said so
    enter(place, 'lost')
  end
end

local function why(code, signal)
  if signal ~= 0 then
    return ('signal %d'):format(signal)
  end
  return ('exit code %d'):format(code)
end

---@param client vim.lsp.Client
---@param buffers integer[] that it had
---@param code integer
---@param signal integer
local function lost(client, buffers, code, signal)
  local place = place_of(client.root_dir)
  local asked = client._is_stopping
  if asked == nil then
    asked = code == 0 or signal == 15
  end
  buffers = vim.tbl_filter(vim.api.nvim_buf_is_loaded, buffers)
  if asked or vim.v.exiting ~= vim.NIL or vim.g.tflsp_restart == false or #buffers == 0 then
    places[client.root_dir or ''] = nil
    return
  end
  if place.phase == 'running' and now() - (place.began or 0) >= M.steady then
    place.tries = 0
  end
  place.tries = place.tries + 1
  local delay = M.delays[place.tries]
  if delay == nil then
    say(
      'ERROR',
      'the server ended %d times (%s), and is left alone now. `:Tflsp log` may say why, `:Tflsp restart` '
        .. 'tries again.',
      place.tries,
      why(code, signal)
    )
    place.tries = 0
    return enter(place, 'lost')
  end
  if place.phase ~= 'waiting' then
    say('WARN', 'the server was lost (%s); connecting again', why(code, signal))
  end
  enter(place, 'waiting')
  -- As it is now: settings may have been changed while it ran.
  local config = vim.tbl_extend('force', client.config, { settings = client.settings })
  cancel(place)
  place.timer = vim.defer_fn(function()
    start(place, config, buffers)
  end, delay)
end

--- A server has ended. Starts another for its buffers, unless somebody wanted that end. To be called at once, as
--- Neovim calls `on_exit`: a little later it may have forgotten which buffers the server had (0.12 does).
---@param code integer
---@param signal integer
---@param id integer
function M.ended(code, signal, id)
  local client = vim.lsp.get_client_by_id(id)
  if client == nil then
    return
  end
  local buffers = vim.tbl_keys(client.attached_buffers)
  vim.schedule(function()
    lost(client, buffers, code, signal)
  end)
end

--- Stop the servers and start new ones for the same buffers.
function M.restart()
  if not vim.lsp.is_enabled('tflsp') then
    return say('WARN', 'not enabled; see :help tflsp-start')
  end
  for key, place in pairs(places) do
    cancel(place)
    places[key] = nil
  end
  vim.lsp.enable('tflsp', false)
  vim.lsp.enable('tflsp', true)
end

-- Which server

---@param cmd any
---@return string? the container's name
local function name_in(cmd)
  if type(cmd) == 'table' and cmd[#cmd - 1] == 'connect' then
    return cmd[#cmd]
  end
end

local function command()
  local config = vim.lsp.config.tflsp
  return config and config.cmd
end

--- The container that the editor is joined to, or will be.
---@return string?
function M.target()
  return name_in(command())
end

local function use(cmd)
  vim.lsp.config('tflsp', { cmd = cmd })
  M.restart()
end

--- Join the editor to the server in a container, for all projects that are open.
---@param name string
function M.connect(name)
  if name_in(command()) == nil then
    own = command()
  end
  use(vim.list_extend(require('tflsp').program(), { 'connect', name }))
end

--- Go back to the server of this machine.
function M.disconnect()
  if M.target() == nil then
    return say('WARN', 'not connected to a container')
  end
  use(own or vim.list_extend(require('tflsp').program(), { 'serve' }))
end

--- How it goes with the server of a buffer: `tflsp`, `tflsp@NAME`; with what is the matter, if anything is. Empty where
--- tflsp has nothing to do with the buffer.
---@param bufnr integer?
---@return string
function M.text(bufnr)
  bufnr = bufnr or 0
  local client = vim.lsp.get_clients({ name = 'tflsp', bufnr = bufnr })[1]
  local place
  if client then
    place = places[client.root_dir or '']
  elseif next(places) == nil or not require('tflsp.buffers').handled(bufnr) then
    return '' -- asked for at each redraw: nobody looks for a root then
  else
    place = places[require('tflsp').root(bufnr)] or places['']
    if place == nil or place.phase == 'running' then
      return ''
    end
  end
  local name = name_in(client and client.config.cmd or command())
  local text = name and 'tflsp@' .. name or 'tflsp'
  if client and client.initialized then
    return text
  end
  local phase = place and place.phase or 'starting'
  local words = { waiting = ': reconnecting', lost = ': lost', starting = ': starting', running = ': starting' }
  return text .. words[phase]
end

return M
