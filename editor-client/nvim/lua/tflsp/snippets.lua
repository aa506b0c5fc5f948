-- Puts a text with live tab stops where a server wants it.
--
-- vim.snippet indents what it expands by the line that it stands in, and takes tabs for spaces where 'expandtab' is on.
-- A journal's text stays as the server wrote it: where a snippet would come out otherwise, it is put without stops.

local say = require('tflsp.say')

local M = {}

---@class tflsp.snippets.Payload
---@field uri string
---@field range lsp.Range
---@field text string for clients without snippets
---@field snippet string

---@param bufnr integer
---@param range lsp.Range
---@param encoding string
---@return integer row, integer column, integer last, integer stop
local function bytes_of(bufnr, range, encoding)
  local function byte_of(position)
    local count = vim.api.nvim_buf_line_count(bufnr)
    if position.line >= count then
      local last = vim.api.nvim_buf_get_lines(bufnr, count - 1, count, true)[1]
      return count - 1, #last, true
    end
    local line = vim.api.nvim_buf_get_lines(bufnr, position.line, position.line + 1, true)[1]
    return position.line, vim.str_byteindex(line, encoding, position.character, false), false
  end
  local row, column, behind = byte_of(range.start)
  local last, stop = byte_of(range['end'])
  return row, column, last, stop, behind
end

local function lines_of(bufnr, first, count)
  return vim.api.nvim_buf_get_lines(bufnr, first, first + count, false)
end

--- Whether a place is where a text ends that has no last line end, and that Neovim will write one for.
local function before_own_line_end(bufnr, row, column)
  local option = vim.bo[bufnr]
  local last = vim.api.nvim_buf_line_count(bufnr) - 1
  local writes = not option.endofline and option.fixendofline and not option.binary
  return writes and row == last and column == #lines_of(bufnr, last, 1)[1]
end

--- Expand a snippet at a place of the current buffer.
local function expand(row, column, snippet)
  local bufnr, window = vim.api.nvim_get_current_buf(), vim.api.nvim_get_current_win()
  local expandtab, virtualedit = vim.bo[bufnr].expandtab, vim.wo[window].virtualedit
  vim.bo[bufnr].expandtab = false
  vim.wo[window].virtualedit = 'onemore' -- so that normal mode gets behind a line's last character
  vim.api.nvim_win_set_cursor(window, { row + 1, column })
  local expanded = pcall(vim.snippet.expand, snippet)
  vim.bo[bufnr].expandtab = expandtab
  vim.wo[window].virtualedit = virtualedit
  return expanded
end

--- The place of a range, open and in front.
---@return integer bufnr
local function shown(uri)
  local bufnr = vim.uri_to_bufnr(uri)
  if vim.api.nvim_get_current_buf() ~= bufnr then
    local windows = vim.fn.win_findbuf(bufnr)
    if windows[1] then
      vim.api.nvim_set_current_win(windows[1])
    else
      vim.fn.bufload(bufnr)
      vim.bo[bufnr].buflisted = true
      vim.api.nvim_win_set_buf(0, bufnr)
    end
  end
  return bufnr
end

--- What a snippet looks like when it is expanded: its hints stay, its stops leave nothing.
---@param snippet string of tab stops and placeholders, as servers write them
---@return string
function M.expanded(snippet)
  local made, at = {}, 1
  while at <= #snippet do
    local character = snippet:sub(at, at)
    local stop = snippet:match('^%$%d+()', at) or snippet:match('^%${%d+}()', at) or snippet:match('^%${%d+:()', at)
    if character == '\\' then
      table.insert(made, snippet:sub(at + 1, at + 1))
      at = at + 2
    elseif stop then
      at = stop
    else
      table.insert(made, character ~= '}' and character or '')
      at = at + 1
    end
  end
  return table.concat(made)
end

--- Insert a payload of the server's. One undo takes it back. Where the buffer cannot be changed, the user is told.
---@param payload tflsp.snippets.Payload
---@param client vim.lsp.Client whose units the range is counted in
function M.insert(payload, client)
  local bufnr = shown(payload.uri)
  if not vim.bo[bufnr].modifiable then
    return say('WARN', "nothing was inserted: 'modifiable' is off in this buffer")
  end
  local row, column, last, stop, behind = bytes_of(bufnr, payload.range, client.offset_encoding)
  local snippet = payload.snippet:gsub('\r\n', '\n')
  if behind then
    -- Behind the end of the last line, which Neovim does not show as a line of its own, and writes itself.
    snippet = '\n' .. snippet:gsub('\n$', '')
  elseif before_own_line_end(bufnr, last, stop) then
    snippet = snippet:gsub('\n$', '')
  end
  -- What it will look like; an empty field may have a blank before its stop, which the plain text has not.
  local look = M.expanded(snippet)
  vim.api.nvim_buf_set_text(bufnr, row, column, last, stop, vim.split(look, '\n'))
  local count, total = #vim.split(look, '\n'), vim.api.nvim_buf_line_count(bufnr)
  local wanted = lines_of(bufnr, row, count)

  -- Where whole lines come in, the snippet is expanded in an empty line, which indents nothing.
  local first, at = row, column
  if vim.startswith(snippet, '\n') then
    first, at = row + 1, 0
    snippet, look = snippet:sub(2), look:sub(2)
  end
  if at == 0 and vim.endswith(snippet, '\n') then
    snippet, look = snippet:sub(1, -2), look:sub(1, -2)
  end
  local lines = vim.split(look, '\n')
  local length = #lines[#lines] + (#lines == 1 and at or 0)
  vim.api.nvim_buf_set_text(bufnr, first, at, first + #lines - 1, length, { '' })
  local expanded = expand(first, at, snippet)
  local made = count + vim.api.nvim_buf_line_count(bufnr) - total
  if not expanded or not vim.deep_equal(lines_of(bufnr, row, made), wanted) then
    vim.snippet.stop()
    vim.api.nvim_buf_set_lines(bufnr, row, row + made, false, wanted)
    vim.api.nvim_win_set_cursor(0, { first + 1, at })
  end
end

return M
