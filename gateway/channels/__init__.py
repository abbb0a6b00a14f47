"""The ways in. A new channel is one file here and one line below."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from fastapi import APIRouter

from gateway.channels.simulator import simulator_routes
from gateway.channels.sms import sms_routes
from gateway.channels.web import web_routes
from gateway.door import Door

CHANNELS: Mapping[str, Callable[[Door], APIRouter]] = {
    "web": web_routes,
    "sms": sms_routes,
    "simulator": simulator_routes,
}
