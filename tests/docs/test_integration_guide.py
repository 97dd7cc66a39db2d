"""The integration guides are true: their examples are sent, in order; their tables are complete."""

import base64
import hashlib
import json
import re
from typing import Any

import pytest

from accounts.codes import proof_of_work
from accounts.models.phone_otp import Purpose
from accounts.pictures.errors import PictureRefused
from tests.api import Api
from tests.cast import DAVE
from tests.docs.guide import RIGHT_CODES, App, Message, exchanges
from tests.docs.markdown import blocks, read, rows
from tests.docs.same import differences
from tests.twilio import Provider

GUIDE = "PHONE_AUTHENTICATION.md"
GUIDES = [GUIDE, "EMAIL_ACCOUNTS.md"]


@pytest.mark.parametrize("guide", GUIDES)
def test_the_examples_are_requests_each_with_its_answer(guide):
    assert len(exchanges(guide)) > 15
    for request, response in exchanges(guide):
        assert re.fullmatch(r"(GET|POST|PUT|PATCH|DELETE) /\S+", request.start), request
        assert response.start.startswith("HTTP/1.1 "), response


@pytest.mark.parametrize("guide", GUIDES)
@pytest.mark.django_db(transaction=True)  # so that the clock goes on between the requests
def test_every_example_is_answered_as_the_guide_says(api: Api, sms: Provider, guide: str):
    app = App(api, sms)
    for request, response in exchanges(guide):
        answer = app.send(request)
        place = f"{guide}:{response.line}"
        assert f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}" == response.start, place
        real = json.loads(answer.content)
        assert differences(response.body, real) == [], place
        assert differences(response.headers, shown_headers(answer, response)) == [], place
        app.learn(real)


def shown_headers(answer: Any, response: Message) -> dict[str, str]:
    return {name: value for name, value in answer.headers.items() if name in response.headers}


def test_the_table_lists_every_reason_to_refuse_a_file():
    table = {tuple(row[:2]) for row in rows(read(GUIDE), "Reason")}
    kinds = PictureRefused.__subclasses__()
    assert table == {(kind.code, str(kind().message)) for kind in kinds}


@pytest.mark.django_db
def test_the_message_reads_as_the_guide_says(api: Api, sms: Provider):
    api.post("/api/auth/signup", {"phone_number": "+916205829376"})
    code = sms.last_code("+916205829376")
    [shown] = [block.text for block in blocks(read(GUIDE), "text") if "Do not share" in block.text]
    assert sms.messages[-1]["Body"] == re.sub("|".join(RIGHT_CODES), code, shown.strip())


def test_the_example_in_python_solves_a_challenge():
    [example] = blocks(read(GUIDE), "python")
    names = {"json": json, "b64encode": base64.b64encode, "pbkdf2_hmac": hashlib.pbkdf2_hmac}
    exec(example.text, names)
    solution = names["solve"](proof_of_work.create(Purpose.SIGN_IN, DAVE))
    assert proof_of_work.read_solution(solution, Purpose.SIGN_IN, DAVE)


def test_the_site_serves_the_guide(client):
    response = client.get("/PHONE_AUTHENTICATION.md")
    assert response.headers["Content-Type"].startswith("text/markdown")
    assert b"".join(response.streaming_content).decode() == read(GUIDE)
