"""The extension in the real VS Code: code-server, headless Chromium, Playwright."""
