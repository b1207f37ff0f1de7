"""Table: views of the inbox that somebody has saved."""

from datetime import datetime

from sqlalchemy import ForeignKey, Identity, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from engine.model.base import Base


class InboxView(Base):
    """A saved view: its name, and the filters as the address writes them."""

    __tablename__ = "inbox_view"
    __table_args__ = (UniqueConstraint("account_id", "name"),)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("app.account.id"))
    name: Mapped[str]
    query: Mapped[str]
    created_at: Mapped[datetime]
