-- Asks a server, and says so where that server cannot answer.

local say = require('tflsp.say')

local M = {}

local METHOD_NOT_FOUND = -32601

--- The server of a buffer, if it has greeted.
---@param bufnr integer
---@return vim.lsp.Client?
function M.of(bufnr)
  for _, client in ipairs(vim.lsp.get_clients({ name = 'tflsp', bufnr = bufnr })) do
    if client.initialized and not client:is_stopped() then
      return client
    end
  end
end

--- The server of a buffer, or of any: for what is no matter of one document.
---@param bufnr integer
---@return vim.lsp.Client?
function M.any(bufnr)
  if M.of(bufnr) then
    return M.of(bufnr)
  end
  for _, client in ipairs(vim.lsp.get_clients({ name = 'tflsp' })) do
    if client.initialized and not client:is_stopped() then
      return client
    end
  end
end

--- Tell that there is no server to ask.
function M.none()
  say('WARN', 'no server for this buffer; see :checkhealth tflsp')
end

local function unavailable(client, what)
  local version = (client.server_info or {}).version or 'of unknown version'
  say('WARN', '%s is not available in this server (tflsp %s)', what, version)
end

--- Send a request for a buffer, behind what has been typed there. What goes wrong is told.
---@param client vim.lsp.Client
---@param method string
---@param params table
---@param bufnr integer
---@param receive fun(result: any)
function M.request(client, method, params, bufnr, receive)
  -- 0 would not do: Neovim sends what has changed before a request of a buffer that has a number.
  local sent = client:request(method, params, function(failure, result)
    if failure == nil then
      receive(result)
    elseif failure.code == METHOD_NOT_FOUND then
      unavailable(client, method)
    else
      say('ERROR', '%s: %s', method, failure.message)
    end
  end, bufnr == 0 and vim.api.nvim_get_current_buf() or bufnr)
  if not sent then
    M.none()
  end
end

--- Have a server carry out one of its commands, with one argument.
---@param client vim.lsp.Client
---@param command string
---@param argument table
---@param bufnr integer
---@param receive fun(result: any)
function M.execute(client, command, argument, bufnr, receive)
  local provider = client.server_capabilities.executeCommandProvider
  if not vim.list_contains(provider and provider.commands or {}, command) then
    return unavailable(client, command)
  end
  M.request(client, 'workspace/executeCommand', { command = command, arguments = { argument } }, bufnr, receive)
end

--- A value of JSON, nil where it is null.
---@generic T
---@param value T
---@return T?
function M.present(value)
  if value == vim.NIL then
    return nil
  end
  return value
end

return M
