"""Mail where no server is set: nothing leaves, and whoever asks is told so."""

from __future__ import annotations

from email.message import EmailMessage

from realinsights_platform.mail.port import MailRefused


class KeptMail:
    """No mail server. What would be sent is kept by whoever made it."""

    leaves = False

    async def send(self, message: EmailMessage) -> None:
        """Refuse every message, for good."""
        raise MailRefused("No mail server is set: nothing leaves.", permanent=True, reached=False)
