-- What other parts of the plugin, and users' own configuration, may ask for.

local M = {}

--- The servers that run.
---@return vim.lsp.Client[]
function M.clients()
  return vim.lsp.get_clients({ name = 'tflsp' })
end

--- How to run tflsp on the command line: the server's own command up to its `serve` or `connect`, so that both are of
--- one version. Where the server is no program of this machine (a function, another command), `tflsp` on PATH.
---@return string[]
function M.program()
  local config = vim.lsp.config.tflsp
  local cmd = config and config.cmd
  if type(cmd) == 'table' then
    for index, word in ipairs(cmd) do
      if index > 1 and (word == 'serve' or word == 'connect') then
        return vim.list_slice(cmd, 1, index - 1)
      end
    end
  end
  return { 'tflsp' }
end

--- The folder of the project that a buffer belongs to.
---@param bufnr integer
---@return string
function M.root(bufnr)
  for _, client in ipairs(vim.lsp.get_clients({ name = 'tflsp', bufnr = bufnr })) do
    if client.root_dir then
      return client.root_dir
    end
  end
  local config = vim.lsp.config.tflsp
  return config and vim.fs.root(bufnr, config.root_markers) or vim.fn.getcwd()
end

local function language_of(locale)
  local language = (locale or ''):match('^%a+_?%a*') or ''
  return not vim.list_contains({ '', 'C', 'POSIX' }, language) and language:gsub('_', '-') or nil
end

--- The language of messages, as LSP writes it: `zh-CN`. Neovim's own, or what the environment asks for where the system
--- has no such locale, as in most containers.
---@return string
function M.locale()
  local env = vim.env
  return language_of(vim.v.lang) or language_of(env.LC_ALL or env.LC_MESSAGES or env.LANG) or 'en'
end

--- Change settings: of the servers that run, at once, and of those that will.
--- A setting that is vim.NIL is what tflsp.toml says again.
---@param settings table<string, any>
function M.configure(settings)
  local change = { settings = { tflsp = settings } }
  vim.lsp.config('tflsp', change)
  for _, client in ipairs(M.clients()) do
    client.settings = vim.tbl_deep_extend('force', client.settings, change.settings)
    client:notify('workspace/didChangeConfiguration', { settings = client.settings })
  end
end

--- What the GPUs are doing where the server of a buffer runs, for a status line: `GPU 0: 3.0/16.0 GiB 87%`. Empty where
--- there is no GPU, and until the first state has come.
---@param bufnr integer?
---@return string
function M.gpu(bufnr)
  local gpu = require('tflsp.gpu')
  return gpu.text(gpu.state(bufnr))
end

--- How it goes with the server of a buffer, for a status line: `tflsp`, `tflsp@NAME` where it runs in a container,
--- `tflsp@NAME: reconnecting`. Empty where there is nothing to tell.
---@param bufnr integer?
---@return string
function M.connection(bufnr)
  return require('tflsp.connection').text(bufnr)
end

--- Both, for a status line: `tflsp@NAME  GPU 0: 3.0/16.0 GiB 87%`.
---@param bufnr integer?
---@return string
function M.statusline(bufnr)
  local parts = { M.connection(bufnr), M.gpu(bufnr) }
  return table.concat(
    vim.tbl_filter(function(part)
      return part ~= ''
    end, parts),
    '  '
  )
end

return M
