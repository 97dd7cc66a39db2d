"""The guides are pages for people, beside their Markdown, the same for everybody of a language."""

import re

from django.test import Client

from loopin.guides.catalogue import EXAMPLES, GUIDES, Guide, address_on_site
from loopin.guides.rendering import render
from tests.docs.markdown import ROOT, anchors, links, read
from tests.each import each

ADDRESSES = [f"/{guide.page}" for guide in GUIDES]


@each("path", ADDRESSES)
def test_anybody_reads_a_guide_without_a_statement(client, db, path, django_assert_num_queries):
    with django_assert_num_queries(0):
        page = client.get(path)
    assert page.status_code == 200
    assert page.text.count("<h1") == 1
    assert not page.cookies
    assert "csrfmiddlewaretoken" not in page.text
    assert "<!-- begin" not in page.text
    assert "&lt;!--" not in page.text


@each("path", ADDRESSES)
def test_it_is_the_same_for_whoever_is_signed_in(alice, browser_of, path):
    assert browser_of(alice).get(path).text == Client().get(path).text


@each("path", ADDRESSES)
def test_it_is_sent_once_and_then_confirmed(client, path):
    first = client.get(path)
    assert first["Cache-Control"] == "no-cache"
    again = client.get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


@each("guide", GUIDES)
def test_the_markdown_stands_beside_it(client, guide):
    response = client.get(f"/{guide.file}")
    assert response["Content-Type"] == "text/markdown; charset=utf-8"
    assert b"".join(response.streaming_content).decode() == read(guide.file)
    assert f'href="/{guide.file}"' in client.get(f"/{guide.page}").text


@each("example", EXAMPLES)
def test_an_example_is_sent_as_text(client, example):
    response = client.get(f"/{example.file}")
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert b"".join(response.streaming_content).decode() == read(example.file)


@each("guide", GUIDES)
def test_its_headings_have_the_anchors_that_code_hosts_give_them(guide):
    marked = re.findall(r'<h\d id="([^"]+)">', render(guide).body)
    assert len(marked) == len(set(marked))
    assert anchors(read(guide.file)) <= set(marked)


@each("guide", GUIDES)
def test_every_link_on_a_page_leads_to_something_on_the_site(client, db, guide):
    links = set(re.findall(r'href="(/[^"]*)"', render(guide).body))
    found = {link: client.get(link.partition("#")[0]).status_code for link in links}
    assert {link for link, status in found.items() if status != 200} == set()


@each("guide", GUIDES)
def test_an_anchor_that_is_linked_to_is_there(guide):
    pages = {f"/{one.page}": render(one).body for one in GUIDES}
    for link in re.findall(r'href="([^"]*#[^"]+)"', render(guide).body):
        path, _, anchor = link.partition("#")
        if not path.startswith("https:"):
            assert f'id="{anchor}"' in pages[path or f"/{guide.page}"], link


def test_a_link_between_documents_becomes_one_between_pages():
    to_phone = address_on_site("../PHONE_AUTHENTICATION.md#sessions", seen_from="docs/README.md")
    assert to_phone == "/docs/phone-authentication/#sessions"
    for link in ("#here", "/api/docs/", "https://altcha.org", "mailto:a@example.com"):
        assert address_on_site(link, seen_from="docs/README.md") == link
    assert address_on_site("deployment.md", seen_from="docs/README.md") == ""
    example = address_on_site("examples/receiver.py", seen_from="docs/integrations.md")
    assert example == "/docs/examples/receiver.py"


@each("guide", GUIDES)
def test_a_guide_leads_only_to_what_the_site_shows(guide):
    found = [address_on_site(link, seen_from=guide.file) for link in links(read(guide.file))]
    assert "" not in found
    assert render(guide).body.count("<a ") == render(guide).body.count("</a>")


def test_a_link_to_what_the_site_does_not_show_becomes_its_words(tmp_path, settings):
    settings.BASE_DIR = tmp_path
    (tmp_path / "x.md").write_text("# X\n\n[There](y.md) and [here](#x).\n")
    body = render(Guide("x.md", "docs/x/")).body
    assert '<p>There and <a href="#x">here</a>.</p>' in body


def test_what_is_around_a_guide_speaks_the_reader_s_language(client):
    page = client.get("/docs/", headers={"Accept-Language": "hi"})
    assert page["Content-Language"] == "hi"
    assert '<div lang="en">' in page.text


def test_the_footer_leads_to_the_guides(client, db):
    assert '<a href="/docs/">For developers</a>' in client.get("/").text


def test_guides_go_with_the_documentation_of_the_api(client, settings):
    settings.API_DOCS_ENABLED = False
    assert client.get("/docs/").status_code == 404
    assert client.get("/PHONE_AUTHENTICATION.md").status_code == 200


def test_the_image_gets_every_guide():
    let_in = {line[1:] for line in read(".dockerignore").splitlines() if line.startswith("!")}
    missing = [
        guide.file for guide in GUIDES if not {guide.file, guide.file.rpartition("/")[0]} & let_in
    ]
    assert missing == []
    operators = ("docs", "docs/deployment.md", "docs/decisions", "docs/security.md")
    assert not let_in & set(operators)
    assert (ROOT / "docs").is_dir()
