-- Sourced at start-up: filetypes that Neovim does not know of itself, the command :Tflsp, and the files to watch.
-- Nothing else is loaded before it is used.

if vim.g.loaded_tflsp then
  return
end
vim.g.loaded_tflsp = true

if vim.fn.has('nvim-0.11.4') == 0 then
  vim.notify_once('tflsp needs Neovim 0.11.4 or later: see :help tflsp-requirements', vim.log.levels.WARN)
  return
end

-- Names without a filetype of their own. Compose files stay what they are, `yaml`: the server knows them by name and
-- content, and another filetype would keep what users have set up for YAML from them.
vim.filetype.add({
  pattern = {
    ['.*/%.env%.[%w._-]+'] = { 'sh', { priority = -10 } },
    ['.*/sshd_config%.d/[^/]+%.conf'] = { 'sshdconfig', { priority = -10 } },
  },
})

vim.api.nvim_create_user_command('Tflsp', function(command)
  require('tflsp.commands').run(command)
end, {
  nargs = '*',
  desc = 'tflsp: check, fix, explain a rule, restart the server, show the log',
  complete = function(lead, line)
    return require('tflsp.commands').complete(lead, line)
  end,
})

local group = vim.api.nvim_create_augroup('tflsp', {})

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'tflsp: tell the server when settings change outside of the editor',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client ~= nil and client.name == 'tflsp' then
      require('tflsp.watch').start(client)
    end
  end,
})
