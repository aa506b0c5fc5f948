-- Settings that change outside of the editor. Neovim does not watch files on Linux, since a whole tree is dear there;
-- the few files at a project's root cost one watch.

local M = {}

local DECIDING = {
  ['tflsp.toml'] = true,
  ['.tflsp.toml'] = true,
  ['tflsp.lock'] = true,
  ['pyproject.toml'] = true,
  ['.gitignore'] = true,
  ['.env'] = true,
  ['.env.example'] = true,
}
local CHANGED = vim.lsp.protocol.FileChangeType.Changed

local watched = {} ---@type table<integer, uv.uv_fs_event_t>

local function stop(id)
  local handle = watched[id]
  watched[id] = nil
  if handle and not handle:is_closing() then
    handle:close()
  end
end

--- Tell a server of changes at its root for as long as it runs. Does nothing where it is told already.
---@param client vim.lsp.Client
function M.start(client)
  for id in pairs(watched) do
    if vim.lsp.get_client_by_id(id) == nil then
      stop(id)
    end
  end
  local root = client.root_dir
  if watched[client.id] or not root then
    return
  end
  local handle = vim.uv.new_fs_event()
  local told = vim.schedule_wrap(function(name)
    if client:is_stopped() then
      stop(client.id)
      return
    end
    local uri = vim.uri_from_fname(vim.fs.joinpath(root, name))
    client:notify('workspace/didChangeWatchedFiles', { changes = { { uri = uri, type = CHANGED } } })
  end)
  local started = handle
    and handle:start(root, {}, function(_, name)
      if name and DECIDING[name] then
        told(name)
      end
    end)
  if started then
    watched[client.id] = handle
  elseif handle then
    handle:close()
  end
end

return M
