-- What the plugin tells its user, under one name.

--- Tell something. With arguments `text` is a format.
---@param level 'ERROR'|'WARN'|'INFO'
---@param text string
---@param ... any
return function(level, text, ...)
  if select('#', ...) > 0 then
    text = text:format(...)
  end
  vim.notify('tflsp: ' .. text, vim.log.levels[level])
end
