// Text of others inside of HTML and Markdown: it stays text.

const ENTITIES: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
};

/** A text as it is written in HTML, in attributes as well. */
export function escapeHtml(text: string): string {
    return text.replace(/[&<>"']/g, (char) => ENTITIES[char] ?? char);
}

/** A sentence in HTML; what stands in backticks is code. */
export function prose(text: string): string {
    return escapeHtml(text).replace(/`([^`]+)`/g, '<code>$1</code>');
}

/** A text as it is written in Markdown, so that it looks as it is. */
export function escapeMarkdown(text: string): string {
    return text.replace(/[\\`*_{}[\]()#+\-.!|<>~&$]/g, '\\$&').replace(/\r?\n|\r/g, ' ');
}

interface Page {
    readonly nonce: string;
    /** Where the webview may take scripts and style sheets from. */
    readonly source: string;
    readonly language: string;
    readonly title: string;
    readonly style: string;
    /** HTML. */
    readonly body: string;
    readonly script: string;
}

/** The page of a webview: nothing runs in it, and nothing is loaded, but what carries the nonce. */
export function page(parts: Page): string {
    const policy = `default-src 'none'; style-src 'nonce-${parts.nonce}'; script-src 'nonce-${parts.nonce}'`;
    return `<!DOCTYPE html>
<html lang="${escapeHtml(parts.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(parts.title)}</title>
<style nonce="${parts.nonce}">${parts.style}</style>
</head>
<body>
${parts.body}
<script nonce="${parts.nonce}" src="${escapeHtml(parts.script)}"></script>
</body>
</html>`;
}
