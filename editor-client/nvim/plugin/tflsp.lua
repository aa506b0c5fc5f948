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

local group = vim.api.nvim_create_augroup('tflsp', {})

-- Names without a filetype of their own. Compose files stay what they are, `yaml`: the server knows them by name and
-- content, and another filetype would keep what users have set up for YAML from them. These come behind Neovim's own
-- patterns, and cost less at start-up than vim.filetype.add(), which sorts all of them anew.
for pattern, filetype in pairs({ ['*/.env.*'] = 'sh', ['*/sshd_config.d/*.conf'] = 'sshdconfig' }) do
  vim.api.nvim_create_autocmd({ 'BufRead', 'BufNewFile' }, {
    group = group,
    pattern = pattern,
    command = 'setfiletype ' .. filetype,
  })
end

vim.api.nvim_create_user_command('Tflsp', function(command)
  require('tflsp.commands').run(command)
end, {
  nargs = '*',
  desc = 'tflsp: journal, checks, GPU, container',
  complete = function(lead, line)
    return require('tflsp.commands').complete(lead, line)
  end,
})

-- Nothing is mapped; these are for whoever maps something.
for part in vim.gsplit('goal step error conclusion promote compare timeline journal gpu fix', ' ') do
  vim.api.nvim_set_keymap(
    'n',
    ('<Plug>(tflsp-%s)'):format(part),
    ('<Cmd>Tflsp %s<CR>'):format(part),
    { noremap = true }
  )
end

vim.api.nvim_create_autocmd('LspAttach', {
  group = group,
  desc = 'tflsp: settings that change outside of the editor, buffers in the background, whether the server is there',
  callback = function(event)
    local client = vim.lsp.get_client_by_id(event.data.client_id)
    if client ~= nil and client.name == 'tflsp' then
      require('tflsp.watch').start(client)
      require('tflsp.pull').start()
      require('tflsp.connection').attached(client)
    end
  end,
})

for event, part in pairs({ BufFilePre = 'before', BufFilePost = 'after' }) do
  vim.api.nvim_create_autocmd(event, {
    group = group,
    desc = 'tflsp: the document has another name',
    callback = function(args)
      require('tflsp.renamed')[part](args.buf)
    end,
  })
end
