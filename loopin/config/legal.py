"""Who answers for the data of people, and where the notices are."""

from typing import Annotated

from pydantic import AfterValidator, Field

from loopin.config.support_contact import check_contact
from loopin.config.variables import BaseVariables, Format


class LegalVariables(BaseVariables):
    """The privacy notice and the terms."""

    COMPANY_NAME: str = Field(
        "Loopin",
        max_length=100,
        description="Who runs the site and answers for the data, as the notices name it.",
        examples=["Loopin Events Private Limited"],
    )
    LEGAL_DIR: str = Field(
        "",
        description="The folder with your own texts: privacy.en.md, privacy.hi.md, terms.en.md and"
        " terms.hi.md. Without it the pages show samples, and `check --deploy` says so.",
        examples=["/etc/loopin/legal"],
    )
    GRIEVANCE_NAME: str = Field(
        "",
        max_length=100,
        description="Who answers questions and complaints about personal data (DPDP Rules 2025,"
        " rule 9).",
        examples=["Meera Iyer, Grievance Officer"],
    )
    GRIEVANCE_EMAIL: Annotated[str, AfterValidator(check_contact), Format("a mail address")] = (
        Field(
            "",
            description="Where that person is written to. Without it, SUPPORT_CONTACT is shown.",
            examples=["grievance@loopin.example"],
        )
    )
    GRIEVANCE_PHONE: Annotated[str, AfterValidator(check_contact), Format("a phone number")] = (
        Field(
            "",
            description="Where that person is called.",
            examples=["+91 22 5555 0100"],
        )
    )
