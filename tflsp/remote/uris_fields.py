"""Where LSP 3.18 has URIs: fields of types, parameters and results of methods. Generated, and held by a test:
`python -m tests.unit.remote.uri_fields > tflsp/remote/uris_fields.py`, then `ruff format`.

A node is "uri", "path" (a path of the file system), the name of a type, "keys" (an object whose keys are URIs) or
"keys:<type>" (whose values are of that type). Lists are not mentioned: what holds for them holds for each element.
"""

from __future__ import annotations

Table = dict[str, dict[str, tuple[str, ...]]]

TYPES: Table = {
    "ApplyWorkspaceEditParams": {"edit": ("WorkspaceEdit",)},
    "CallHierarchyIncomingCall": {"from": ("CallHierarchyItem",)},
    "CallHierarchyIncomingCallsParams": {"item": ("CallHierarchyItem",)},
    "CallHierarchyItem": {"uri": ("uri",)},
    "CallHierarchyOutgoingCall": {"to": ("CallHierarchyItem",)},
    "CallHierarchyOutgoingCallsParams": {"item": ("CallHierarchyItem",)},
    "CallHierarchyPrepareParams": {"textDocument": ("TextDocumentIdentifier",)},
    "CallHierarchyRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "CodeAction": {"command": ("Command",), "diagnostics": ("Diagnostic",), "edit": ("WorkspaceEdit",)},
    "CodeActionContext": {"diagnostics": ("Diagnostic",)},
    "CodeActionKindDocumentation": {"command": ("Command",)},
    "CodeActionOptions": {"documentation": ("CodeActionKindDocumentation",)},
    "CodeActionParams": {"context": ("CodeActionContext",), "textDocument": ("TextDocumentIdentifier",)},
    "CodeActionRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        ),
        "documentation": ("CodeActionKindDocumentation",),
    },
    "CodeDescription": {"href": ("uri",)},
    "CodeLens": {"command": ("Command",)},
    "CodeLensParams": {"textDocument": ("TextDocumentIdentifier",)},
    "CodeLensRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "ColorPresentationParams": {"textDocument": ("TextDocumentIdentifier",)},
    "ColorPresentationRequestOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "Command": {},
    "CompletionItem": {"command": ("Command",)},
    "CompletionList": {"items": ("CompletionItem",)},
    "CompletionParams": {"textDocument": ("TextDocumentIdentifier",)},
    "CompletionRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "ConfigurationItem": {"scopeUri": ("uri",)},
    "ConfigurationParams": {"items": ("ConfigurationItem",)},
    "CreateFile": {"uri": ("uri",)},
    "CreateFilesParams": {"files": ("FileCreate",)},
    "DeclarationParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DeclarationRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DefinitionParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DefinitionRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DeleteFile": {"uri": ("uri",)},
    "DeleteFilesParams": {"files": ("FileDelete",)},
    "Diagnostic": {"codeDescription": ("CodeDescription",), "relatedInformation": ("DiagnosticRelatedInformation",)},
    "DiagnosticRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DiagnosticRelatedInformation": {"location": ("Location",)},
    "DidChangeNotebookDocumentParams": {
        "change": ("NotebookDocumentChangeEvent",),
        "notebookDocument": ("VersionedNotebookDocumentIdentifier",),
    },
    "DidChangeTextDocumentParams": {"textDocument": ("VersionedTextDocumentIdentifier",)},
    "DidChangeWatchedFilesParams": {"changes": ("FileEvent",)},
    "DidChangeWatchedFilesRegistrationOptions": {"watchers": ("FileSystemWatcher",)},
    "DidChangeWorkspaceFoldersParams": {"event": ("WorkspaceFoldersChangeEvent",)},
    "DidCloseNotebookDocumentParams": {
        "cellTextDocuments": ("TextDocumentIdentifier",),
        "notebookDocument": ("NotebookDocumentIdentifier",),
    },
    "DidCloseTextDocumentParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DidOpenNotebookDocumentParams": {
        "cellTextDocuments": ("TextDocumentItem",),
        "notebookDocument": ("NotebookDocument",),
    },
    "DidOpenTextDocumentParams": {"textDocument": ("TextDocumentItem",)},
    "DidSaveNotebookDocumentParams": {"notebookDocument": ("NotebookDocumentIdentifier",)},
    "DidSaveTextDocumentParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentColorParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentColorRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DocumentDiagnosticParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentFormattingParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentFormattingRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DocumentHighlightParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentHighlightRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DocumentLink": {"target": ("uri",)},
    "DocumentLinkParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentLinkRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DocumentOnTypeFormattingParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentOnTypeFormattingRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DocumentRangeFormattingParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentRangeFormattingRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "DocumentRangesFormattingParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentSymbolParams": {"textDocument": ("TextDocumentIdentifier",)},
    "DocumentSymbolRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "ExecuteCommandParams": {},
    "FileCreate": {"uri": ("uri",)},
    "FileDelete": {"uri": ("uri",)},
    "FileEvent": {"uri": ("uri",)},
    "FileRename": {"newUri": ("uri",), "oldUri": ("uri",)},
    "FileSystemWatcher": {"globPattern": ("RelativePattern",)},
    "FoldingRangeParams": {"textDocument": ("TextDocumentIdentifier",)},
    "FoldingRangeRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "FullDocumentDiagnosticReport": {"items": ("Diagnostic",)},
    "HoverParams": {"textDocument": ("TextDocumentIdentifier",)},
    "HoverRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "ImplementationParams": {"textDocument": ("TextDocumentIdentifier",)},
    "ImplementationRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "InitializeParams": {"rootPath": ("path",), "rootUri": ("uri",), "workspaceFolders": ("WorkspaceFolder",)},
    "InitializeResult": {"capabilities": ("ServerCapabilities",)},
    "InlayHint": {"label": ("InlayHintLabelPart",)},
    "InlayHintLabelPart": {"command": ("Command",), "location": ("Location",)},
    "InlayHintParams": {"textDocument": ("TextDocumentIdentifier",)},
    "InlayHintRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "InlineCompletionItem": {"command": ("Command",)},
    "InlineCompletionList": {"items": ("InlineCompletionItem",)},
    "InlineCompletionParams": {"textDocument": ("TextDocumentIdentifier",)},
    "InlineCompletionRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "InlineValueParams": {"textDocument": ("TextDocumentIdentifier",)},
    "InlineValueRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "LinkedEditingRangeParams": {"textDocument": ("TextDocumentIdentifier",)},
    "LinkedEditingRangeRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "Location": {"uri": ("uri",)},
    "LocationLink": {"targetUri": ("uri",)},
    "LocationUriOnly": {"uri": ("uri",)},
    "MonikerParams": {"textDocument": ("TextDocumentIdentifier",)},
    "MonikerRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "NotebookCell": {"document": ("uri",)},
    "NotebookCellArrayChange": {"cells": ("NotebookCell",)},
    "NotebookCellTextDocumentFilter": {
        "notebook": (
            "NotebookDocumentFilterNotebookType",
            "NotebookDocumentFilterPattern",
            "NotebookDocumentFilterScheme",
        )
    },
    "NotebookDocument": {"cells": ("NotebookCell",), "uri": ("uri",)},
    "NotebookDocumentCellChangeStructure": {
        "array": ("NotebookCellArrayChange",),
        "didClose": ("TextDocumentIdentifier",),
        "didOpen": ("TextDocumentItem",),
    },
    "NotebookDocumentCellChanges": {
        "data": ("NotebookCell",),
        "structure": ("NotebookDocumentCellChangeStructure",),
        "textContent": ("NotebookDocumentCellContentChanges",),
    },
    "NotebookDocumentCellContentChanges": {"document": ("VersionedTextDocumentIdentifier",)},
    "NotebookDocumentChangeEvent": {"cells": ("NotebookDocumentCellChanges",)},
    "NotebookDocumentFilterNotebookType": {"pattern": ("RelativePattern",)},
    "NotebookDocumentFilterPattern": {"pattern": ("RelativePattern",)},
    "NotebookDocumentFilterScheme": {"pattern": ("RelativePattern",)},
    "NotebookDocumentFilterWithCells": {
        "notebook": (
            "NotebookDocumentFilterNotebookType",
            "NotebookDocumentFilterPattern",
            "NotebookDocumentFilterScheme",
        )
    },
    "NotebookDocumentFilterWithNotebook": {
        "notebook": (
            "NotebookDocumentFilterNotebookType",
            "NotebookDocumentFilterPattern",
            "NotebookDocumentFilterScheme",
        )
    },
    "NotebookDocumentIdentifier": {"uri": ("uri",)},
    "NotebookDocumentSyncOptions": {
        "notebookSelector": ("NotebookDocumentFilterWithCells", "NotebookDocumentFilterWithNotebook")
    },
    "NotebookDocumentSyncRegistrationOptions": {
        "notebookSelector": ("NotebookDocumentFilterWithCells", "NotebookDocumentFilterWithNotebook")
    },
    "OptionalVersionedTextDocumentIdentifier": {"uri": ("uri",)},
    "PrepareRenameParams": {"textDocument": ("TextDocumentIdentifier",)},
    "PreviousResultId": {"uri": ("uri",)},
    "PublishDiagnosticsParams": {"diagnostics": ("Diagnostic",), "uri": ("uri",)},
    "ReferenceParams": {"textDocument": ("TextDocumentIdentifier",)},
    "ReferenceRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "Registration": {
        "registerOptions": (
            "CallHierarchyRegistrationOptions",
            "CodeActionRegistrationOptions",
            "CodeLensRegistrationOptions",
            "ColorPresentationRequestOptions",
            "CompletionRegistrationOptions",
            "DeclarationRegistrationOptions",
            "DefinitionRegistrationOptions",
            "DiagnosticRegistrationOptions",
            "DidChangeWatchedFilesRegistrationOptions",
            "DocumentColorRegistrationOptions",
            "DocumentFormattingRegistrationOptions",
            "DocumentHighlightRegistrationOptions",
            "DocumentLinkRegistrationOptions",
            "DocumentOnTypeFormattingRegistrationOptions",
            "DocumentRangeFormattingRegistrationOptions",
            "DocumentSymbolRegistrationOptions",
            "FoldingRangeRegistrationOptions",
            "HoverRegistrationOptions",
            "ImplementationRegistrationOptions",
            "InlayHintRegistrationOptions",
            "InlineCompletionRegistrationOptions",
            "InlineValueRegistrationOptions",
            "LinkedEditingRangeRegistrationOptions",
            "MonikerRegistrationOptions",
            "NotebookDocumentSyncRegistrationOptions",
            "ReferenceRegistrationOptions",
            "RenameRegistrationOptions",
            "SelectionRangeRegistrationOptions",
            "SemanticTokensRegistrationOptions",
            "SignatureHelpRegistrationOptions",
            "TextDocumentChangeRegistrationOptions",
            "TextDocumentRegistrationOptions",
            "TextDocumentSaveRegistrationOptions",
            "TypeDefinitionRegistrationOptions",
            "TypeHierarchyRegistrationOptions",
        )
    },
    "RegistrationParams": {"registrations": ("Registration",)},
    "RelatedFullDocumentDiagnosticReport": {
        "items": ("Diagnostic",),
        "relatedDocuments": ("keys", "keys:FullDocumentDiagnosticReport"),
    },
    "RelatedUnchangedDocumentDiagnosticReport": {"relatedDocuments": ("keys", "keys:FullDocumentDiagnosticReport")},
    "RelativePattern": {"baseUri": ("WorkspaceFolder", "uri")},
    "RenameFile": {"newUri": ("uri",), "oldUri": ("uri",)},
    "RenameFilesParams": {"files": ("FileRename",)},
    "RenameParams": {"textDocument": ("TextDocumentIdentifier",)},
    "RenameRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "SelectionRangeParams": {"textDocument": ("TextDocumentIdentifier",)},
    "SelectionRangeRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "SemanticTokensDeltaParams": {"textDocument": ("TextDocumentIdentifier",)},
    "SemanticTokensParams": {"textDocument": ("TextDocumentIdentifier",)},
    "SemanticTokensRangeParams": {"textDocument": ("TextDocumentIdentifier",)},
    "SemanticTokensRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "ServerCapabilities": {
        "callHierarchyProvider": ("CallHierarchyRegistrationOptions",),
        "codeActionProvider": ("CodeActionOptions",),
        "colorProvider": ("DocumentColorRegistrationOptions",),
        "declarationProvider": ("DeclarationRegistrationOptions",),
        "diagnosticProvider": ("DiagnosticRegistrationOptions",),
        "foldingRangeProvider": ("FoldingRangeRegistrationOptions",),
        "implementationProvider": ("ImplementationRegistrationOptions",),
        "inlayHintProvider": ("InlayHintRegistrationOptions",),
        "inlineValueProvider": ("InlineValueRegistrationOptions",),
        "linkedEditingRangeProvider": ("LinkedEditingRangeRegistrationOptions",),
        "monikerProvider": ("MonikerRegistrationOptions",),
        "notebookDocumentSync": ("NotebookDocumentSyncOptions", "NotebookDocumentSyncRegistrationOptions"),
        "selectionRangeProvider": ("SelectionRangeRegistrationOptions",),
        "semanticTokensProvider": ("SemanticTokensRegistrationOptions",),
        "typeDefinitionProvider": ("TypeDefinitionRegistrationOptions",),
        "typeHierarchyProvider": ("TypeHierarchyRegistrationOptions",),
    },
    "ShowDocumentParams": {"uri": ("uri",)},
    "SignatureHelpParams": {"textDocument": ("TextDocumentIdentifier",)},
    "SignatureHelpRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "SymbolInformation": {"location": ("Location",)},
    "TextDocumentChangeRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "TextDocumentContentParams": {"uri": ("uri",)},
    "TextDocumentContentRefreshParams": {"uri": ("uri",)},
    "TextDocumentEdit": {"textDocument": ("OptionalVersionedTextDocumentIdentifier",)},
    "TextDocumentFilterLanguage": {"pattern": ("RelativePattern",)},
    "TextDocumentFilterPattern": {"pattern": ("RelativePattern",)},
    "TextDocumentFilterScheme": {"pattern": ("RelativePattern",)},
    "TextDocumentIdentifier": {"uri": ("uri",)},
    "TextDocumentItem": {"uri": ("uri",)},
    "TextDocumentRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "TextDocumentSaveRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "TypeDefinitionParams": {"textDocument": ("TextDocumentIdentifier",)},
    "TypeDefinitionRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "TypeHierarchyItem": {"uri": ("uri",)},
    "TypeHierarchyPrepareParams": {"textDocument": ("TextDocumentIdentifier",)},
    "TypeHierarchyRegistrationOptions": {
        "documentSelector": (
            "NotebookCellTextDocumentFilter",
            "TextDocumentFilterLanguage",
            "TextDocumentFilterPattern",
            "TextDocumentFilterScheme",
        )
    },
    "TypeHierarchySubtypesParams": {"item": ("TypeHierarchyItem",)},
    "TypeHierarchySupertypesParams": {"item": ("TypeHierarchyItem",)},
    "VersionedNotebookDocumentIdentifier": {"uri": ("uri",)},
    "VersionedTextDocumentIdentifier": {"uri": ("uri",)},
    "WillSaveTextDocumentParams": {"textDocument": ("TextDocumentIdentifier",)},
    "WorkspaceDiagnosticParams": {"previousResultIds": ("PreviousResultId",)},
    "WorkspaceDiagnosticReport": {
        "items": ("WorkspaceFullDocumentDiagnosticReport", "WorkspaceUnchangedDocumentDiagnosticReport")
    },
    "WorkspaceEdit": {
        "changes": ("keys",),
        "documentChanges": ("CreateFile", "DeleteFile", "RenameFile", "TextDocumentEdit"),
    },
    "WorkspaceFolder": {"uri": ("uri",)},
    "WorkspaceFoldersChangeEvent": {"added": ("WorkspaceFolder",), "removed": ("WorkspaceFolder",)},
    "WorkspaceFullDocumentDiagnosticReport": {"items": ("Diagnostic",), "uri": ("uri",)},
    "WorkspaceSymbol": {"location": ("Location", "LocationUriOnly")},
    "WorkspaceUnchangedDocumentDiagnosticReport": {"uri": ("uri",)},
}

PARAMETERS: dict[str, tuple[str, ...]] = {
    "callHierarchy/incomingCalls": ("CallHierarchyIncomingCallsParams",),
    "callHierarchy/outgoingCalls": ("CallHierarchyOutgoingCallsParams",),
    "client/registerCapability": ("RegistrationParams",),
    "codeAction/resolve": ("CodeAction",),
    "codeLens/resolve": ("CodeLens",),
    "completionItem/resolve": ("CompletionItem",),
    "documentLink/resolve": ("DocumentLink",),
    "initialize": ("InitializeParams",),
    "inlayHint/resolve": ("InlayHint",),
    "notebookDocument/didChange": ("DidChangeNotebookDocumentParams",),
    "notebookDocument/didClose": ("DidCloseNotebookDocumentParams",),
    "notebookDocument/didOpen": ("DidOpenNotebookDocumentParams",),
    "notebookDocument/didSave": ("DidSaveNotebookDocumentParams",),
    "textDocument/codeAction": ("CodeActionParams",),
    "textDocument/codeLens": ("CodeLensParams",),
    "textDocument/colorPresentation": ("ColorPresentationParams",),
    "textDocument/completion": ("CompletionParams",),
    "textDocument/declaration": ("DeclarationParams",),
    "textDocument/definition": ("DefinitionParams",),
    "textDocument/diagnostic": ("DocumentDiagnosticParams",),
    "textDocument/didChange": ("DidChangeTextDocumentParams",),
    "textDocument/didClose": ("DidCloseTextDocumentParams",),
    "textDocument/didOpen": ("DidOpenTextDocumentParams",),
    "textDocument/didSave": ("DidSaveTextDocumentParams",),
    "textDocument/documentColor": ("DocumentColorParams",),
    "textDocument/documentHighlight": ("DocumentHighlightParams",),
    "textDocument/documentLink": ("DocumentLinkParams",),
    "textDocument/documentSymbol": ("DocumentSymbolParams",),
    "textDocument/foldingRange": ("FoldingRangeParams",),
    "textDocument/formatting": ("DocumentFormattingParams",),
    "textDocument/hover": ("HoverParams",),
    "textDocument/implementation": ("ImplementationParams",),
    "textDocument/inlayHint": ("InlayHintParams",),
    "textDocument/inlineCompletion": ("InlineCompletionParams",),
    "textDocument/inlineValue": ("InlineValueParams",),
    "textDocument/linkedEditingRange": ("LinkedEditingRangeParams",),
    "textDocument/moniker": ("MonikerParams",),
    "textDocument/onTypeFormatting": ("DocumentOnTypeFormattingParams",),
    "textDocument/prepareCallHierarchy": ("CallHierarchyPrepareParams",),
    "textDocument/prepareRename": ("PrepareRenameParams",),
    "textDocument/prepareTypeHierarchy": ("TypeHierarchyPrepareParams",),
    "textDocument/publishDiagnostics": ("PublishDiagnosticsParams",),
    "textDocument/rangeFormatting": ("DocumentRangeFormattingParams",),
    "textDocument/rangesFormatting": ("DocumentRangesFormattingParams",),
    "textDocument/references": ("ReferenceParams",),
    "textDocument/rename": ("RenameParams",),
    "textDocument/selectionRange": ("SelectionRangeParams",),
    "textDocument/semanticTokens/full": ("SemanticTokensParams",),
    "textDocument/semanticTokens/full/delta": ("SemanticTokensDeltaParams",),
    "textDocument/semanticTokens/range": ("SemanticTokensRangeParams",),
    "textDocument/signatureHelp": ("SignatureHelpParams",),
    "textDocument/typeDefinition": ("TypeDefinitionParams",),
    "textDocument/willSave": ("WillSaveTextDocumentParams",),
    "textDocument/willSaveWaitUntil": ("WillSaveTextDocumentParams",),
    "typeHierarchy/subtypes": ("TypeHierarchySubtypesParams",),
    "typeHierarchy/supertypes": ("TypeHierarchySupertypesParams",),
    "window/showDocument": ("ShowDocumentParams",),
    "workspace/applyEdit": ("ApplyWorkspaceEditParams",),
    "workspace/configuration": ("ConfigurationParams",),
    "workspace/diagnostic": ("WorkspaceDiagnosticParams",),
    "workspace/didChangeWatchedFiles": ("DidChangeWatchedFilesParams",),
    "workspace/didChangeWorkspaceFolders": ("DidChangeWorkspaceFoldersParams",),
    "workspace/didCreateFiles": ("CreateFilesParams",),
    "workspace/didDeleteFiles": ("DeleteFilesParams",),
    "workspace/didRenameFiles": ("RenameFilesParams",),
    "workspace/executeCommand": ("ExecuteCommandParams",),
    "workspace/textDocumentContent": ("TextDocumentContentParams",),
    "workspace/textDocumentContent/refresh": ("TextDocumentContentRefreshParams",),
    "workspace/willCreateFiles": ("CreateFilesParams",),
    "workspace/willDeleteFiles": ("DeleteFilesParams",),
    "workspace/willRenameFiles": ("RenameFilesParams",),
    "workspaceSymbol/resolve": ("WorkspaceSymbol",),
}

RESULTS: dict[str, tuple[str, ...]] = {
    "callHierarchy/incomingCalls": ("CallHierarchyIncomingCall",),
    "callHierarchy/outgoingCalls": ("CallHierarchyOutgoingCall",),
    "codeAction/resolve": ("CodeAction",),
    "codeLens/resolve": ("CodeLens",),
    "completionItem/resolve": ("CompletionItem",),
    "documentLink/resolve": ("DocumentLink",),
    "initialize": ("InitializeResult",),
    "inlayHint/resolve": ("InlayHint",),
    "textDocument/codeAction": ("CodeAction", "Command"),
    "textDocument/codeLens": ("CodeLens",),
    "textDocument/completion": ("CompletionItem", "CompletionList"),
    "textDocument/declaration": ("Location", "LocationLink"),
    "textDocument/definition": ("Location", "LocationLink"),
    "textDocument/diagnostic": ("RelatedFullDocumentDiagnosticReport", "RelatedUnchangedDocumentDiagnosticReport"),
    "textDocument/documentLink": ("DocumentLink",),
    "textDocument/documentSymbol": ("SymbolInformation",),
    "textDocument/implementation": ("Location", "LocationLink"),
    "textDocument/inlayHint": ("InlayHint",),
    "textDocument/inlineCompletion": ("InlineCompletionItem", "InlineCompletionList"),
    "textDocument/prepareCallHierarchy": ("CallHierarchyItem",),
    "textDocument/prepareTypeHierarchy": ("TypeHierarchyItem",),
    "textDocument/references": ("Location",),
    "textDocument/rename": ("WorkspaceEdit",),
    "textDocument/typeDefinition": ("Location", "LocationLink"),
    "typeHierarchy/subtypes": ("TypeHierarchyItem",),
    "typeHierarchy/supertypes": ("TypeHierarchyItem",),
    "workspace/diagnostic": ("WorkspaceDiagnosticReport",),
    "workspace/symbol": ("SymbolInformation", "WorkspaceSymbol"),
    "workspace/willCreateFiles": ("WorkspaceEdit",),
    "workspace/willDeleteFiles": ("WorkspaceEdit",),
    "workspace/willRenameFiles": ("WorkspaceEdit",),
    "workspace/workspaceFolders": ("WorkspaceFolder",),
    "workspaceSymbol/resolve": ("WorkspaceSymbol",),
}
