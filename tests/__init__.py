from hypothesis import settings

settings.register_profile("house", deadline=None)  # how long a machine takes says nothing of what it does
settings.load_profile("house")
