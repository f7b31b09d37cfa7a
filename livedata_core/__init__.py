"""The core of livedata: the plugin contract and the dashboard's application logic.

Front ends, brokers, codecs and workflows are plugins; nothing of theirs is imported
here.
"""
