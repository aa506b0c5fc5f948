// The languages whose documents are the server's: its own list (tflsp/server/capabilities.py) as far as VS Code has these
// ids. Each but plain text starts the extension, as the manifest says.

export const LANGUAGES = [
    'markdown',
    'quarto',
    'python',
    'shellscript',
    'dockerfile',
    'dockercompose',
    'yaml',
    'json',
    'jsonc',
    'dotenv',
    'ignore',
    'toml',
    'ssh_config',
    'plaintext',
] as const;
