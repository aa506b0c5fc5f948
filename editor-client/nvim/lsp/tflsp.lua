-- What `vim.lsp.enable('tflsp')` starts, and for which buffers. Anything here can be changed from a user's own
-- configuration with `vim.lsp.config('tflsp', { ... })`; see `:help tflsp-config`.

-- Commands of the server's that need a person's choice, or a place for tab stops, are carried out here.
local commands = {}
for _, name in ipairs({
  'tflsp.client.insertSnippet',
  'tflsp.client.openTimeline',
  'tflsp.compareSteps',
  'tflsp.insertConclusion',
  'tflsp.insertError',
  'tflsp.insertGoal',
  'tflsp.insertStep',
  'tflsp.promote',
  'tflsp.renumber',
  'tflsp.updateSummary',
}) do
  commands[name] = function(command, context)
    require('tflsp.journal').commands[name](command, context)
  end
end

---@type vim.lsp.Config
return {
  cmd = { 'tflsp', 'serve' },
  filetypes = {
    'markdown',
    'quarto',
    'rmd',
    'python',
    'sh',
    'bash',
    'zsh',
    'ksh',
    'dockerfile',
    'yaml',
    'yaml.docker-compose',
    'json',
    'jsonc',
    'toml',
    'gitignore',
    'env',
    'dotenv',
    'sshdconfig',
  },
  root_markers = { { 'tflsp.toml', '.tflsp.toml' }, '.git' },
  -- Some of these languages interest tflsp in a few files only. Where this calls back, without a folder, root_markers
  -- find one; where it does not, the buffer is left alone.
  root_dir = function(bufnr, on_dir)
    if require('tflsp.buffers').wanted(bufnr) then
      on_dir(nil)
    end
  end,
  get_language_id = function(bufnr, filetype)
    return require('tflsp.buffers').language_id(bufnr, filetype)
  end,
  -- Neovim does not say which language its user reads.
  before_init = function(params)
    params.locale = require('tflsp').locale()
  end,
  -- Milliseconds. The server waits by itself where a document is slow to read, and answers at once where it is not.
  flags = { debounce_text_changes = 20 },
  settings = { tflsp = vim.empty_dict() },
  init_options = { clientCommands = { 'tflsp.client.insertSnippet', 'tflsp.client.openTimeline' } },
  commands = commands,
  handlers = vim.fn.has('nvim-0.12') == 1 and {
    ['workspace/diagnostic/refresh'] = function(...)
      return require('tflsp.pull').refreshed(...)
    end,
  } or nil,
  -- A server that is lost is started anew; see `:help tflsp-lost`.
  on_exit = function(code, signal, id)
    require('tflsp.connection').ended(code, signal, id)
  end,
}
