// Formats Lua as `make format` wants it; with --check only says which files are not, and shows the first difference.
// StyLua comes as WebAssembly, so that it runs wherever Node does.
import { readFileSync, writeFileSync } from 'node:fs'
import {
  CollapseSimpleStatement,
  Config,
  IndentType,
  LuaVersion,
  OutputVerification,
  QuoteStyle,
  formatCode,
} from '@johnnymorganz/stylua'

const check = process.argv[2] === '--check'
const files = process.argv.slice(check ? 3 : 2)
let wrong = 0
for (const file of files) {
  const config = Config.new()
  config.column_width = 120
  config.indent_type = IndentType.Spaces
  config.indent_width = 2
  config.quote_style = QuoteStyle.AutoPreferSingle
  config.collapse_simple_statement = CollapseSimpleStatement.Never
  config.syntax = LuaVersion.LuaJIT
  const before = readFileSync(file, 'utf8')
  let after
  try {
    after = formatCode(before, config, undefined, OutputVerification.Full)
  } catch (error) {
    console.log(`${file}: ${error}`)
    wrong += 1
    continue
  }
  if (after === before) continue
  if (check) {
    const lines = [before.split('\n'), after.split('\n')]
    const row = lines[0].findIndex((line, index) => line !== lines[1][index])
    console.log(`Would reformat: ${file}:${row + 1}\n  - ${lines[0][row] ?? ''}\n  + ${lines[1][row] ?? ''}`)
    wrong += 1
  } else {
    writeFileSync(file, after)
    console.log(`Reformatted: ${file}`)
  }
}
process.exitCode = wrong ? 1 : 0
