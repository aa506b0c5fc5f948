-- Buffers that get another name (`:file`). Neovim tells its servers when the buffer is written, and speaks of the new
-- name from the first: until then a server has no document of that name open.

local M = {}

local waiting = {} ---@type table<integer, integer[]> clients by buffer, between the two events

--- A buffer is about to get another name: close the document of the old one.
---@param bufnr integer
function M.before(bufnr)
  local ids = {}
  for _, client in ipairs(vim.lsp.get_clients({ name = 'tflsp', bufnr = bufnr })) do
    vim.lsp.buf_detach_client(bufnr, client.id)
    table.insert(ids, client.id)
  end
  if #ids > 0 then
    waiting[bufnr] = ids
    vim.schedule(function() -- where another buffer has that name already, no second event comes
      M.after(bufnr)
    end)
  end
end

--- A buffer has another name, or has kept its own: open the document of it.
---@param bufnr integer
function M.after(bufnr)
  local ids = waiting[bufnr] or {}
  waiting[bufnr] = nil
  if not vim.api.nvim_buf_is_loaded(bufnr) or not require('tflsp.buffers').wanted(bufnr) then
    return
  end
  for _, id in ipairs(ids) do
    local client = vim.lsp.get_client_by_id(id)
    if client and not client:is_stopped() then
      vim.lsp.buf_attach_client(bufnr, id)
    end
  end
end

return M
