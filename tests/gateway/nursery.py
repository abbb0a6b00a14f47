"""What a gateway needs before it can start, read once: the code, the signed content, the trained layer. Gateways are forked off it."""

from pathlib import Path

from gateway.screening import warm_up
from launch import serve
from store import read_settings
from tests.gateway import doomed, house

SETTINGS = read_settings(house.environ(Path("/nowhere"), 9))
READY = (doomed, serve.load_programme(SETTINGS.clinical_dir / "programme"), serve.load_clinical(SETTINGS.clinical_dir))

warm_up(serve.load_clinical(SETTINGS.clinical_dir))
