"""What a server loads: the application of the environment's settings."""

from creathon.app import create_app
from creathon.settings import read_settings

application = create_app(read_settings())
