-- The journal's commands. The server knows what an entry says and where it goes; what a person has to choose is asked
-- for here, and an entry with tab stops is put here.

local buffers = require('tflsp.buffers')
local say = require('tflsp.say')
local server = require('tflsp.server')

local M = {}

-- An entry was planned for a text that has changed since: it is planned again, so often.
local TRIES = 5

---@class tflsp.journal.Result
---@field applied boolean
---@field text string?
---@field reason string?
---@field insertSnippet tflsp.snippets.Payload?
---@field markdown string?
---@field choices { to: string, title: string }[]?
---@field steps table[]?

local function client_here()
  local client = server.of(0)
  if client == nil then
    server.none()
  end
  return client
end

---@param client vim.lsp.Client
---@return { uri: string, position: lsp.Position }
local function here(client)
  local params = vim.lsp.util.make_position_params(0, client.offset_encoding)
  return { uri = params.textDocument.uri, position = params.position }
end

--- Say a reason that the server has not shown itself: there was nothing to do.
local function told(result)
  if server.present(result.reason) and server.present(result.steps) then
    say('INFO', '%s', result.reason)
  end
end

--- Put what the server has planned, or say why it did not.
---@param client vim.lsp.Client
---@param command string
---@param argument table
---@param bufnr integer
---@param tries integer
local function insert(client, command, argument, bufnr, tries)
  if not buffers.changeable(bufnr) then
    return
  end
  local tick = vim.api.nvim_buf_get_changedtick(bufnr)
  server.execute(client, command, argument, bufnr, function(result)
    result = server.present(result) or {}
    local payload = server.present(result.insertSnippet)
    if payload == nil then
      return -- the server has had the edit applied, or has said why not
    elseif vim.api.nvim_buf_get_changedtick(bufnr) == tick then
      return require('tflsp.snippets').insert(payload, client)
    elseif tries > 1 then
      return insert(client, command, argument, bufnr, tries - 1)
    end
    say('WARN', 'the text changes too fast for an entry to be put')
  end)
end

local COMMANDS = {
  goal = 'tflsp.insertGoal',
  step = 'tflsp.insertStep',
  error = 'tflsp.insertError',
  conclusion = 'tflsp.insertConclusion',
}

--- Insert an entry: steps and errors behind the section or cell with the cursor, a goal and a conclusion where a
--- journal has them.
---@param kind 'goal'|'step'|'error'|'conclusion'
function M.insert(kind)
  local client = client_here()
  if client == nil then
    return
  end
  local argument = here(client)
  local top = vim.bo.filetype == 'json' and vim.api.nvim_win_get_cursor(0)[1] == 1 -- of a notebook just opened
  if kind == 'goal' or kind == 'conclusion' or top then
    argument.position = nil
  end
  insert(client, COMMANDS[kind], argument, vim.api.nvim_get_current_buf(), TRIES)
end

local function modified()
  local found = {}
  for _, bufnr in ipairs(vim.api.nvim_list_bufs()) do
    if vim.bo[bufnr].modified and vim.bo[bufnr].buftype == '' then
      found[bufnr] = true
    end
  end
  return found
end

--- Run a command that may change other files, and say which wait to be written.
---@param client vim.lsp.Client
---@param command string
---@param argument table
---@param bufnr integer
---@param receive fun(result: tflsp.journal.Result)?
local function change(client, command, argument, bufnr, receive)
  if command ~= 'tflsp.updateSummary' and not buffers.changeable(bufnr) then
    return
  end
  local before = modified()
  server.execute(client, command, argument, bufnr, function(result)
    result = server.present(result) or {}
    if receive and receive(result) then
      return
    end
    told(result)
    local names = {}
    for other in pairs(modified()) do
      if other ~= bufnr and not before[other] then
        table.insert(names, vim.fn.fnamemodify(vim.api.nvim_buf_get_name(other), ':~:.'))
      end
    end
    if #names > 0 then
      table.sort(names)
      say('INFO', 'changed, and not yet written (:wall): %s', table.concat(names, ', '))
    end
  end)
end

---@param client vim.lsp.Client
---@param argument table
---@param bufnr integer
local function promote(client, argument, bufnr)
  change(client, 'tflsp.promote', argument, bufnr, function(result)
    local choices = server.present(result.choices)
    if choices == nil then
      return false
    end
    vim.ui.select(choices, {
      prompt = 'Promote to',
      kind = 'tflsp.promote',
      format_item = function(choice)
        return choice.title
      end,
    }, function(choice)
      if choice then
        promote(client, vim.tbl_extend('force', argument, { to = choice.to }), bufnr)
      end
    end)
    return true
  end)
end

--- Carry what is under the cursor over to a document that outlives the experiment; without a name it is chosen.
---@param to string?
function M.promote(to)
  local client = client_here()
  if client then
    promote(client, vim.tbl_extend('force', here(client), { to = to }), vim.api.nvim_get_current_buf())
  end
end

--- Number the steps of this journal anew.
function M.renumber()
  local client = client_here()
  if client then
    local bufnr = vim.api.nvim_get_current_buf()
    change(client, 'tflsp.renumber', { uri = here(client).uri }, bufnr)
  end
end

--- Bring the summary of the experiments up to date.
function M.summary()
  local client = server.any(0)
  if client == nil then
    return server.none()
  end
  local bufnr = vim.api.nvim_get_current_buf()
  local named = vim.bo[bufnr].buftype == '' and vim.api.nvim_buf_get_name(bufnr) ~= ''
  local uri = vim.uri_from_fname(require('tflsp').root(bufnr))
  change(client, 'tflsp.updateSummary', { uri = named and vim.uri_from_bufnr(bufnr) or uri }, bufnr)
end

---@param client vim.lsp.Client
---@param argument { uri: string, number: integer, with: integer? }
---@param bufnr integer
local function compare(client, argument, bufnr)
  server.execute(client, 'tflsp.compareSteps', argument, bufnr, function(result)
    result = server.present(result) or {}
    if server.present(result.markdown) then
      require('tflsp.windows').page('compare/' .. argument.number, result.markdown, 'markdown')
    elseif server.present(result.reason) then
      say('WARN', '%s', result.reason)
    end
  end)
end

--- Whether an experiment is this document: URIs escape differently.
local function is_here(experiment, bufnr)
  return vim.uri_to_fname(experiment.uri) == vim.api.nvim_buf_get_name(bufnr)
end

--- The step of this document that a line belongs to: the last one that begins above it.
local function step_at(experiments, bufnr, line)
  local found
  for _, experiment in ipairs(experiments) do
    for _, step in ipairs(is_here(experiment, bufnr) and experiment.steps or {}) do
      local first = step.range.start.line
      if first <= line and (found == nil or first >= found.range.start.line) then
        found = step
      end
    end
  end
  return found
end

--- Show how a step differs from the one before it, or from another; without a number the one under the cursor.
---@param number integer?
---@param with integer?
function M.compare(number, with)
  local client = client_here()
  if client == nil then
    return
  end
  local bufnr, uri = vim.api.nvim_get_current_buf(), vim.uri_from_bufnr(0)
  if number then
    return compare(client, { uri = uri, number = number, with = with }, bufnr)
  end
  local line = vim.api.nvim_win_get_cursor(0)[1] - 1
  server.request(client, 'tflsp/journal', vim.empty_dict(), bufnr, function(answer)
    local step = step_at(answer.experiments, bufnr, line)
    if step then
      return compare(client, { uri = uri, number = step.number }, bufnr)
    end
    say('WARN', 'no step here; say which: :Tflsp compare 2')
  end)
end

-- What lenses and code actions of the server ask the client to carry out

---@alias tflsp.journal.Run fun(command: lsp.Command, context: lsp.HandlerContext)

---@param run fun(client: vim.lsp.Client, argument: table, bufnr: integer)
---@return tflsp.journal.Run
local function from_server(run)
  return function(command, context)
    local client = vim.lsp.get_client_by_id(context.client_id)
    if client then
      run(client, (command.arguments or {})[1] or {}, context.bufnr or 0)
    end
  end
end

---@type table<string, tflsp.journal.Run>
M.commands = {
  ['tflsp.client.insertSnippet'] = from_server(function(client, payload)
    require('tflsp.snippets').insert(payload, client)
  end),
  ['tflsp.client.openTimeline'] = from_server(function(client, argument)
    require('tflsp.timeline').show(client, argument.uri)
  end),
  ['tflsp.compareSteps'] = from_server(compare),
  ['tflsp.promote'] = from_server(promote),
}
for _, name in pairs(COMMANDS) do
  M.commands[name] = from_server(function(client, argument, bufnr)
    insert(client, name, argument, bufnr, TRIES)
  end)
end
for _, name in ipairs({ 'tflsp.renumber', 'tflsp.updateSummary' }) do
  M.commands[name] = from_server(function(client, argument, bufnr)
    change(client, name, argument, bufnr)
  end)
end

return M
