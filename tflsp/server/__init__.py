"""The language server: the only place that knows LSP."""

from __future__ import annotations


def serve(tcp: tuple[str, int] | None = None, *, log_level: str = "warning") -> int:
    """Serve one client at the standard streams, or at ``tcp`` (host, port). Blocks until it leaves; the exit code.

    ``log_level`` is what goes to standard error: error, warning, info or debug.

    Imports as little as it can before the client has its first answer.
    """
    from tflsp.server.bootstrap import greet
    from tflsp.server.event_loop import import_asyncio

    if tcp is not None:
        import_asyncio()
        from tflsp.server.serving import serve_tcp

        return serve_tcp(*tcp, log_level=log_level)
    start = greet(0, 1)
    if isinstance(start, int):
        return start
    import_asyncio()
    from tflsp.server.serving import serve_stdio

    return serve_stdio(start, log_level=log_level)
