-- :checkhealth tflsp

local M = {}

local health = vim.health
local OLDEST = '0.11.4'

local function check_neovim()
  local version = tostring(vim.version())
  if vim.fn.has('nvim-' .. OLDEST) == 1 then
    health.ok('Neovim ' .. version)
  elseif vim.fn.has('nvim-0.11') == 1 then
    health.warn(('Neovim %s: tflsp is tested with %s and later'):format(version, OLDEST))
  else
    health.error(('Neovim %s: tflsp needs %s or later'):format(version, OLDEST))
  end
end

local function check_enabled()
  if vim.lsp.is_enabled('tflsp') then
    health.ok("Enabled: vim.lsp.enable('tflsp')")
  else
    health.warn('Not enabled', "Write vim.lsp.enable('tflsp') into init.lua")
  end
end

--- The version of the program that the server's command begins with.
local function check_server()
  local command = vim.list_extend(require('tflsp').program(), { 'version' })
  local path = vim.fn.exepath(command[1])
  if path == '' then
    health.error(('`%s` is not executable'):format(command[1]), {
      'Install tflsp where PATH finds it, or name its place:',
      "vim.lsp.config('tflsp', { cmd = { '/path/to/tflsp', 'serve' } })",
    })
    return
  end
  local asked, result = pcall(function()
    return vim.system(command, { text = true }):wait(10000)
  end)
  local line = table.concat(command, ' ')
  if not asked then
    health.error(('`%s`: %s'):format(line, result))
  elseif result.code ~= 0 then
    health.error(('`%s` ended with %d: %s'):format(line, result.code, vim.trim(result.stderr or '')))
  else
    health.ok(('%s (%s)'):format(vim.trim(result.stdout), path))
  end
end

local function describe(client)
  local server = client.server_info or {}
  local buffers = vim.tbl_count(client.attached_buffers)
  health.ok(
    ('Server %d: %s %s, root %s, positions in %s, %d %s'):format(
      client.id,
      server.name or client.name,
      server.version or '',
      client.root_dir and vim.fn.fnamemodify(client.root_dir, ':~') or 'none',
      client.offset_encoding,
      buffers,
      buffers == 1 and 'buffer' or 'buffers'
    )
  )
end

--- Neovim converts the columns of servers that count in different units in some places only.
local function check_encodings(client)
  local others = {}
  for bufnr in pairs(client.attached_buffers) do
    for _, other in ipairs(vim.lsp.get_clients({ bufnr = bufnr })) do
      if other.offset_encoding ~= client.offset_encoding then
        others[other.name] = other.offset_encoding
      end
    end
  end
  for name, encoding in pairs(others) do
    health.warn(('%s counts in %s, tflsp in %s, in the same buffer'):format(name, encoding, client.offset_encoding), {
      'Let tflsp count as the other does:',
      ("vim.lsp.config('tflsp', { capabilities = { general = { positionEncodings = { '%s' } } } })"):format(encoding),
    })
  end
end

--- What :Tflsp asks of a server, and an older one in a container may not have: the commands that have a part here,
--- without those that the client carries out alone (`lsp/tflsp.lua`).
local function asked_for(client)
  local names = vim.tbl_filter(function(name)
    return vim.startswith(name, 'tflsp.') and not vim.startswith(name, 'tflsp.client.')
  end, vim.tbl_keys(client.commands))
  table.sort(names)
  return names
end

local function check_commands(client)
  local provider = client.server_capabilities.executeCommandProvider or {}
  local missing = vim.tbl_filter(function(name)
    return not vim.list_contains(provider.commands or {}, name)
  end, asked_for(client))
  if #missing > 0 then
    health.warn(('Server %d has no %s'):format(client.id, table.concat(missing, ', ')), {
      'It is older than this plugin. In a container: `:Tflsp up --pull --recreate`.',
    })
  end
end

local function check_connection()
  local target = require('tflsp.connection').target()
  if target then
    health.info('Joined to the container ' .. target)
  end
end

local function check_clients()
  local clients = require('tflsp').clients()
  check_connection()
  if #clients == 0 then
    health.info('No server runs: none is started before a buffer needs it')
  end
  for _, client in ipairs(clients) do
    describe(client)
    check_commands(client)
    check_encodings(client)
  end
end

--- What `:checkhealth tflsp` shows.
function M.check()
  health.start('tflsp')
  check_neovim()
  if vim.fn.has('nvim-0.11') == 0 then
    return
  end
  check_enabled()
  check_server()
  check_clients()
  health.info('Log: ' .. vim.fn.fnamemodify(vim.lsp.log.get_filename(), ':~'))
end

return M
