"""The search engine. `client.py` alone knows its library, which is loaded when somebody searches or projects."""
