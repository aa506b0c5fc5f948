-- Diagnostics that Neovim 0.12 does not ask for. It does when a buffer's text changes while it is shown, and not again
-- when the buffer comes into a window: one that was read or changed in the background would stay without. And where a
-- server can judge whole workspaces, it asks for those when it is told to ask again, and not for buffers that are open.

local M = {}

local METHOD = 'textDocument/diagnostic'

local started = false

---@param client vim.lsp.Client
---@param bufnr integer
local function ask(client, bufnr)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(bufnr),
    -- Neovim keeps findings by it: under another they would stand beside those from before.
    identifier = vim.tbl_get(client.server_capabilities, 'diagnosticProvider', 'identifier'),
  }
  client:request(METHOD, params, nil, bufnr)
end

--- A server wants its diagnostics to be asked for again: the handler of that, where Neovim's own would not do.
---@param context lsp.HandlerContext
---@return any
function M.refreshed(_, _, context)
  local client = vim.lsp.get_client_by_id(context.client_id)
  for bufnr in pairs(client and client.attached_buffers or {}) do
    ask(client, bufnr)
  end
  return vim.NIL
end

--- Ask whenever a buffer comes into view, where Neovim does not. Does nothing where it does, or where this was called
--- before.
function M.start()
  if started or vim.fn.has('nvim-0.12') == 0 then
    return
  end
  started = true
  vim.api.nvim_create_autocmd('BufWinEnter', {
    group = vim.api.nvim_create_augroup('tflsp.pull', {}),
    desc = 'tflsp: diagnostics of a buffer that was changed in the background',
    callback = function(event)
      for _, client in ipairs(vim.lsp.get_clients({ name = 'tflsp', bufnr = event.buf, method = METHOD })) do
        ask(client, event.buf)
      end
    end,
  })
end

return M
