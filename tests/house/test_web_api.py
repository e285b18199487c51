"""The types of the web app's client are those of the server's own document."""

from tools import web_api


def test_the_generated_types_are_up_to_date() -> None:
    message = "run `npm run api` in web/ and commit web/src/api/schema.d.ts"
    assert web_api.TARGET.read_text("utf-8") == web_api.generated(), message
