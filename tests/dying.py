"""Mail that is down, and a process that is killed."""

from forms_service.notices.mail import Mail, MailNotSent


class DeadMailer:
    """A mail server that is down."""

    def send(self, mail: Mail) -> None:
        raise MailNotSent(f"{mail.to} 收不到")


class Killed(BaseException):
    """The process is gone."""
