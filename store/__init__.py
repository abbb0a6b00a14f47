"""The one record: tables, queries, migrations. Knows safety and programme, nothing above."""

from store.database import Store, open_store
from store.errors import Conflict, SettingsError, StoreError
from store.settings import Settings, read_settings

__all__ = ["Conflict", "Settings", "SettingsError", "Store", "StoreError", "open_store", "read_settings"]
