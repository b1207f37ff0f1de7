"""The organisations a year needs: those that file, and those that review, advise and receive."""

from dataclasses import dataclass

from ledger.importing.ledger_file import LedgerFile

GOVERNMENT = "@government"
BUREAU = "@bureau"
PANEL = "@panel"
UPPER = "@upper"
AGENCY = "@agency"


@dataclass(frozen=True, slots=True)
class Party:
    """An organisation to register. Codes with `@` are ours and cannot meet a department's."""

    code: str
    name: str
    kind: str


def parties_of(ledger: LedgerFile) -> list[Party]:
    """Return the organisations of a ledger: government first, then bureau, advisers, agencies, departments.

    One agency always exists; each firm that a key evaluation names is one more.
    """
    firms = sorted({row.key_eval.firm for row in ledger.projects if row.key_eval and row.key_eval.firm})
    return [
        Party(GOVERNMENT, "本级人民政府", "government"),
        Party(BUREAU, "财政局", "bureau"),
        Party(PANEL, "绩效评价专家组", "panel"),
        Party(UPPER, "上级财政部门", "upper"),
        Party(AGENCY, "第三方评价机构", "agency"),
        *(Party(f"{AGENCY}/{firm}", firm, "agency") for firm in firms),
        *(Party(row.code, row.name, "department") for row in ledger.departments),
    ]
