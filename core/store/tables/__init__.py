"""The tables. Everything with ``tenant_id`` is under forced row-level security (see the first migration)."""

from core.store.tables.base import Base
from core.store.tables.coaching import AlertRow, CoachCountRow
from core.store.tables.configuration import ConfigurationRow
from core.store.tables.console import (
    ConsoleSessionRow,
    ConsoleUserRow,
    SignInTryRow,
    SupportAccessRow,
)
from core.store.tables.customers import (
    AccountDueRow,
    AccountRow,
    CaseRow,
    IdentityKeyRow,
    LinkRow,
    PersonRow,
    SoughtRow,
    TurnRow,
)
from core.store.tables.feedback import FeedbackRow
from core.store.tables.installing import ChecklistRow, GrantStateRow, SetupStepRow, TrialRow
from core.store.tables.intake import (
    CounterRow,
    InboxRow,
    QuarantineRow,
    SignalRow,
)
from core.store.tables.privacy import (
    AuditRootRow,
    AuditRow,
    BasisRow,
    LedgerRow,
    TombstoneRow,
)
from core.store.tables.scores import (
    HistoryRow,
    ObservationRow,
)
from core.store.tables.tenancy import (
    BudgetRow,
    CallRow,
    DirectoryRow,
    InstallationRow,
    TenantRow,
)
from core.store.tables.writing import (
    OutboxRow,
    TaskRow,
    WrittenRow,
)

TENANT_TABLES = tuple(
    table.name for table in Base.metadata.sorted_tables if "tenant_id" in table.c and table.name != "directory"
)

__all__ = [
    "TENANT_TABLES",
    "AccountDueRow",
    "AccountRow",
    "AlertRow",
    "AuditRootRow",
    "AuditRow",
    "Base",
    "BasisRow",
    "BudgetRow",
    "CallRow",
    "CaseRow",
    "ChecklistRow",
    "CoachCountRow",
    "ConfigurationRow",
    "ConsoleSessionRow",
    "ConsoleUserRow",
    "CounterRow",
    "DirectoryRow",
    "FeedbackRow",
    "GrantStateRow",
    "HistoryRow",
    "IdentityKeyRow",
    "InboxRow",
    "InstallationRow",
    "LedgerRow",
    "LinkRow",
    "ObservationRow",
    "OutboxRow",
    "PersonRow",
    "QuarantineRow",
    "SetupStepRow",
    "SignInTryRow",
    "SignalRow",
    "SoughtRow",
    "SupportAccessRow",
    "TaskRow",
    "TenantRow",
    "TombstoneRow",
    "TrialRow",
    "TurnRow",
    "WrittenRow",
]
