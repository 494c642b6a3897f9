"""The door that people knock on: command line and Python API."""
