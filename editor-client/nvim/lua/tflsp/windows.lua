-- Windows of the plugin's own: pages to read, and floating ones.

local M = {}

--- A buffer that is nobody's file and is gone with its window.
---@param name string behind `tflsp://`
---@param lines string[]
---@return integer bufnr
local function scratch(name, lines)
  local bufnr = vim.api.nvim_create_buf(false, true)
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.api.nvim_buf_set_name(bufnr, ('tflsp://%s/%d'):format(name, bufnr))
  vim.bo[bufnr].bufhidden = 'wipe'
  vim.bo[bufnr].modifiable = false
  vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, desc = 'Close' })
  return bufnr
end

--- Show a text in a split. `q` closes it.
---@param name string
---@param text string
---@param filetype string
---@return integer bufnr
function M.page(name, text, filetype)
  local bufnr = scratch(name, vim.split(vim.trim(text), '\n'))
  vim.cmd.sbuffer(bufnr)
  vim.bo[bufnr].filetype = filetype
  return bufnr
end

---@class tflsp.windows.Place
---@field width integer
---@field height integer
---@field corner boolean? in the upper right corner, without focus; else in the middle

---@param place tflsp.windows.Place
---@param title string
---@return vim.api.keyset.win_config
local function float_config(place, title)
  local width = math.min(place.width, math.max(vim.o.columns - 4, 1))
  local height = math.min(place.height, math.max(vim.o.lines - 4, 1))
  local config = { relative = 'editor', width = width, height = height, style = 'minimal', title = ' ' .. title .. ' ' }
  config.border = vim.o.winborder ~= '' and vim.o.winborder or 'rounded'
  if place.corner then
    config.anchor, config.row, config.col = 'NE', 1, vim.o.columns
  else
    config.row = math.floor((vim.o.lines - height) / 2) - 1
    config.col = math.floor((vim.o.columns - width) / 2) - 1
  end
  config.title_pos = config.border ~= 'none' and 'left' or nil
  config.title = config.border ~= 'none' and config.title or nil
  return config
end

--- Open a floating window over a scratch buffer.
---@param title string
---@param place tflsp.windows.Place
---@return integer window, integer bufnr
function M.float(title, place)
  local bufnr = scratch('float', {})
  return vim.api.nvim_open_win(bufnr, not place.corner, float_config(place, title)), bufnr
end

-- Wider lines are broken.
local WIDEST = 80

--- Put lines into a floating window, which becomes as high and wide as they are.
---@param window integer
---@param title string
---@param lines string[]
function M.refill(window, title, lines)
  local bufnr = vim.api.nvim_win_get_buf(window)
  local width = vim.fn.strdisplaywidth(title) + 2
  for _, line in ipairs(lines) do
    width = math.max(width, vim.fn.strdisplaywidth(line))
  end
  vim.bo[bufnr].modifiable = true
  vim.api.nvim_buf_set_lines(bufnr, 0, -1, false, lines)
  vim.bo[bufnr].modifiable = false
  vim.wo[window].wrap, vim.wo[window].linebreak, vim.wo[window].breakindent = true, true, true
  local place = { width = math.min(width, WIDEST), height = math.max(#lines, 1), corner = true }
  vim.api.nvim_win_set_config(window, float_config(place, title))
  place.height = vim.api.nvim_win_text_height(window, {}).all
  vim.api.nvim_win_set_config(window, float_config(place, title))
end

--- Run a command in a terminal that floats. It stays to be read; `q` closes it when the command has ended.
---@param title string
---@param command string[]
---@param cwd string?
---@param ended fun(code: integer)
---@return integer bufnr
function M.terminal(title, command, cwd, ended)
  local bufnr = vim.api.nvim_create_buf(false, true)
  local place = { width = math.max(math.floor(vim.o.columns * 0.8), 60), height = math.max(vim.o.lines - 8, 6) }
  vim.api.nvim_open_win(bufnr, true, float_config(place, title))
  vim.bo[bufnr].bufhidden = 'hide' -- whoever closes it early does not end the command
  local job = vim.fn.jobstart(command, {
    term = true,
    cwd = cwd,
    on_exit = function(_, code)
      if vim.api.nvim_buf_is_valid(bufnr) then
        vim.bo[bufnr].bufhidden = 'wipe'
        vim.keymap.set('n', 'q', '<Cmd>close<CR>', { buffer = bufnr, desc = 'Close' })
        if #vim.fn.win_findbuf(bufnr) == 0 then
          vim.api.nvim_buf_delete(bufnr, { force = true })
        elseif vim.api.nvim_get_current_buf() == bufnr then
          vim.cmd.stopinsert()
        end
      end
      ended(code)
    end,
  })
  if job > 0 then
    vim.cmd.startinsert()
  end
  return bufnr
end

--- Eight levels of blocks, scaled to a greatest value; what is unknown is a space.
---@param values (number|false)[]
---@param lowest number
---@param highest number
---@return string
function M.graph(values, lowest, highest)
  local levels = { '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█' }
  local span = highest > lowest and highest - lowest or 1
  local drawn = vim.tbl_map(function(value)
    if not value then
      return ' '
    end
    local part = math.min(math.max((value - lowest) / span, 0), 1)
    return levels[math.floor(part * 7 + 0.5) + 1]
  end, values)
  return table.concat(drawn)
end

return M
