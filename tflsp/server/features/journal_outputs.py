"""tflsp/cellOutputs: the outputs of an open notebook, which LSP's synchronisation does not have."""

from __future__ import annotations

from tflsp.server.journal.outputs import told_outputs
from tflsp.server.journal.unlogged import unlogging_of
from tflsp.server.registry import on_notification
from tflsp.server.session import Session
from tflsp.server.wire import Message


@on_notification("tflsp/cellOutputs")
def cell_outputs(session: Session, params: Message) -> None:
    """These cells gave this, whether or not the notebook was saved since."""
    opened = session.documents.get(params["notebook"])
    if opened is not None and opened.is_notebook:
        told_outputs(session).tell(opened.uri, params["cells"])
        if session.client.wants_unlogged:
            unlogging_of(session).changed(opened)
        session.journals.told(opened)
