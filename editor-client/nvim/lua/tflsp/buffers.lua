-- Which buffers interest tflsp, and in what language they are.

local M = {}

-- Of languages that hold much else: the file names, or patterns of paths, that tflsp reads.
local ONLY = {
  json = { '%.ipynb$', '/%.?devcontainer%.json$', '/daemon%.json$', '/%.docker/config%.json$' },
  toml = { '/%.?tflsp%.toml$', '/pyproject%.toml$' },
  gitignore = { '/%.gitignore$' },
}
ONLY.jsonc = ONLY.json

-- Files of variables have the filetype of shell scripts up to Neovim 0.11, which they are not.
local DOTENV = { '/%.env$', '/%.env%.[^/]+$', '%.env$' }

local function matches(path, patterns)
  return vim.iter(patterns):any(function(pattern)
    return path:find(pattern) ~= nil
  end)
end

local function path_of(bufnr)
  return vim.fs.normalize(vim.api.nvim_buf_get_name(bufnr))
end

--- Whether tflsp has something to say of a buffer of one of its filetypes.
---@param bufnr integer
---@return boolean
function M.wanted(bufnr)
  local path = path_of(bufnr)
  if path == '' then
    return false -- all nameless buffers have the same URI
  end
  local patterns = ONLY[vim.bo[bufnr].filetype]
  return patterns == nil or matches(path, patterns)
end

--- Whether a buffer is one that a server would be started for.
---@param bufnr integer
---@return boolean
function M.handled(bufnr)
  local config = vim.lsp.config.tflsp
  local filetypes = config and config.filetypes or {}
  local buffer = vim.bo[bufnr]
  return buffer.buftype == '' and vim.list_contains(filetypes, buffer.filetype) and M.wanted(bufnr)
end

--- Whether a buffer's text can be changed; says so where it cannot. What Neovim does then is a traceback.
---@param bufnr integer
---@return boolean
function M.changeable(bufnr)
  if not vim.bo[bufnr].modifiable then
    require('tflsp.say')('WARN', "nothing was changed: 'modifiable' is off in this buffer")
    return false
  end
  return true
end

--- LSP's name for a buffer's language.
---@param bufnr integer
---@param filetype string
---@return string
function M.language_id(bufnr, filetype)
  if filetype == 'env' or filetype == 'sh' and matches(path_of(bufnr), DOTENV) then
    return 'dotenv'
  end
  return filetype
end

return M
