"""The pictures of the README and of the guide: what each shows, and how it is made small."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from PIL import Image
from playwright.sync_api import APIRequestContext, FilePayload, Page

from tools.screens import LARGE_DEALS, first_record

ROOT: Final = Path(__file__).resolve().parent.parent
IMAGES: Final = ROOT / "docs" / "images"
# the guide travels with its pictures
GUIDE_IMAGES: Final = ROOT / "docs" / "guide" / "user"
MOST_BYTES: Final = 250_000
COLOURS: Final = (256, 128, 64)
LEADS: Final = {
    "zh-CN": "姓名,公司,电话,行业,备注\n"
    "方晓东,青禾精密制造有限公司,021-50000100,制造,展会认识\n"
    "苏婉,晨星物流有限公司,0755-50000100,物流,官网咨询\n",
    "en": "Name,Company,Phone,Industry,Description\n"
    "Laura Finch,Birchwood Tools Ltd,+44 20 7946 0018,Manufacturing,Met at the fair\n"
    "Omar Reyes,Northline Freight Inc,+1 212 555 0144,Logistics,Asked on the site\n",
}


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture. In `path` {record} stands for the record that shows most."""

    name: str
    path: str
    steps: Sequence[Callable[[Page], object]] = ()
    size: str = "1440"
    theme: str = "light"
    guide: bool = True
    # taken as the administrator, where only he has the page
    administrator: bool = False

    def address(self, request: APIRequestContext) -> str:
        """Return where it is taken."""
        if "{record}" not in self.path:
            return self.path
        record = first_record(request, self.path.split("/")[1])
        if record is None:
            raise SystemExit(f"{self.path}: there is no record to show")
        return self.path.replace("{record}", record)

    def place(self, locale: str) -> Path:
        """Return the file it is kept in."""
        folder = GUIDE_IMAGES / locale / "images" if self.guide else IMAGES
        return folder / f"{self.name}.png"


def open_panel(page: Page) -> None:
    """Open the side panel of the second row, as a click does."""
    page.locator("[role=row][aria-rowindex='3'] [role=gridcell]").nth(1).click()
    page.get_by_role("complementary").get_by_role("heading").first.wait_for()
    page.wait_for_timeout(500)


def open_palette(page: Page) -> None:
    """Open search and commands, as the keys do."""
    page.keyboard.press("Control+k")
    page.wait_for_timeout(700)


def _locale(page: Page) -> str:
    return str(page.evaluate("document.documentElement.lang"))


def choose_file(page: Page) -> None:
    """Choose a small file to import, so that its columns are shown beside the fields."""
    text = LEADS["zh-CN" if _locale(page).startswith("zh") else "en"]
    file: FilePayload = {"name": "leads.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.locator("input[type=file]").first.set_input_files(files=[file])
    page.get_by_text("leads.csv").first.wait_for()
    page.wait_for_timeout(700)


def look_up(page: Page) -> None:
    """Ask whether a company is known already."""
    answer = page.request.get("/api/v1/accounts?fields=name&limit=1&sort=-updated_at")
    known = answer.json()["items"][0]["name"]
    page.get_by_role("main").get_by_role("textbox").first.fill(known)
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("listitem").first.wait_for()
    page.wait_for_timeout(400)


def open_field(page: Page) -> None:
    """Open the dialog that makes a field."""
    # the first section is of the fields themselves, others follow
    page.get_by_role("main").locator("section").first.get_by_role("button").last.click()
    page.get_by_role("dialog").get_by_role("textbox").first.wait_for()
    page.wait_for_timeout(500)


README: Final = (
    Picture("list", LARGE_DEALS, (open_panel,), guide=False),
    Picture("board", "/opportunities/board", guide=False),
    Picture("dashboard", "/dashboard", guide=False),
    Picture("day", "/", guide=False),
)
GUIDE: Final = (
    Picture("day", "/"),
    Picture("dark", "/", theme="dark"),
    Picture("phone", "/", size="390"),
    Picture("list", LARGE_DEALS, (open_panel,)),
    Picture("board", "/opportunities/board"),
    Picture("record", "/accounts/{record}"),
    Picture("leads", "/leads"),
    Picture("quote", "/quotes/{record}"),
    Picture("contract", "/contracts/{record}"),
    Picture("order", "/orders/{record}"),
    Picture("payments", "/payment_plans/board"),
    Picture("dashboard", "/dashboard"),
    Picture("cash", "/dashboard/cash"),
    Picture("search", "/opportunities", (open_palette,)),
    Picture("changes", "/change_sets"),
    Picture("import", "/imports", (choose_file,)),
    Picture("lookup", "/lookup", (look_up,)),
    Picture("field", "/settings/fields", (open_field,), administrator=True),
    Picture("roles", "/settings/roles", administrator=True),
    Picture("users", "/settings/users", administrator=True),
)


def shrink(path: Path) -> int:
    """Reduce the colours of a picture until it is small enough; return its bytes."""
    full = Image.open(path).convert("RGB")
    for colours in COLOURS:
        full.quantize(colours, dither=Image.Dither.NONE).save(path, optimize=True)
        if path.stat().st_size <= MOST_BYTES:
            break
    return path.stat().st_size
